/* Relight: the one script. Every page works without it; it adds live regions, keys, scanner, drafts, theme.
   Owns nothing that is saved on the server. Refuses outside addresses and inline code. */
"use strict";
(() => {
  const words = document.getElementById("script-words")?.dataset ?? {};
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const isField = (node) => node?.matches?.("input, textarea, select, [contenteditable]") ?? false;
  const say = (text, values) => (text ?? "").replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");

  // Live ------------------------------------------------------------------------------------------
  // Ask /live/ with If-None-Match; when the version moved, fetch this page once and swap its live regions.
  const POLL_MS = 1500, SLOWEST_MS = 30000, LATE_MS = 10000;
  const live = { etag: null, version: null, wait: POLL_MS, since: null, last: null, ended: false, timer: 0, due: false };
  const liveMeta = $('meta[name="relight-live"]');
  const liveState = document.getElementById("live-state");

  const regions = () => $$("[data-live][id]").filter((node) => node.childElementCount > 0 || node.dataset.live === "always");

  function showLive(mood, text) {
    if (!liveState) return;
    liveState.hidden = false;
    if (liveState.dataset.mood !== mood) liveState.dataset.mood = mood;
    if (liveState.textContent === text) return;
    if (mood !== "ended") { liveState.textContent = text; return; }
    const back = document.createElement("a");
    back.href = `${liveMeta.dataset.signIn}?next=${encodeURIComponent(location.pathname + location.search)}`;
    back.textContent = text;
    liveState.replaceChildren(back);
  }

  function tellLive() {
    if (live.ended) return showLive("ended", words.ended);
    if (live.last === null) return;
    const age = Date.now() - live.last;
    if (age < LATE_MS) {
      const time = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: words.zone }).format(live.since);
      return showLive("live", say(words.liveSince, { time }));
    }
    live.since = null;
    const minutes = Math.floor(age / 60000);
    showLive("stale", minutes ? say(words.stale, { minutes }) : words.staleNow);
  }

  function plan(ms = live.wait) {
    clearTimeout(live.timer);
    if (!live.ended && !document.hidden) live.timer = setTimeout(poll, ms);
  }

  async function poll() {
    try {
      const headers = { Accept: "application/json", "X-Relight-Live": "1" };
      if (live.etag) headers["If-None-Match"] = live.etag;
      const answer = await fetch(liveMeta.dataset.href, { headers, redirect: "manual", cache: "no-store", credentials: "same-origin" });
      if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) {
        live.ended = true;
        return tellLive();
      }
      if (answer.status !== 304) {
        if (!answer.ok) throw new Error(String(answer.status));
        const told = await answer.json();
        const version = String(told.version ?? answer.headers.get("ETag"));
        const moved = live.version !== null && version !== live.version;
        if (live.due || moved) await refresh();
        if (moved) document.dispatchEvent(new CustomEvent("relight:moved", { detail: told }));
        live.version = version;
        live.etag = answer.headers.get("ETag");
      }
      live.wait = POLL_MS;
      live.last = Date.now();
      live.since ??= new Date();
    } catch {
      live.wait = Math.min(live.wait * 2, SLOWEST_MS);
    }
    tellLive();
    plan();
  }

  async function refresh() {
    const headers = { Accept: "text/html", "X-Relight-Live": "1" };
    const answer = await fetch(location.href, { headers, redirect: "manual", cache: "no-store", credentials: "same-origin" });
    if (!answer.ok) throw new Error(String(answer.status));
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    live.due = false;
    for (const region of regions()) {
      const next = fresh.getElementById(region.id);
      if (next) swap(region, next);
    }
  }

  // The server's markup of a region, without what differs at each request.
  const gist = (node) => node.innerHTML.replace(/name="csrfmiddlewaretoken" value="[^"]*"/g, "");
  const shown = new WeakMap();

  function isBusy(region) {
    const at = document.activeElement;
    if (isField(at) && region.contains(at)) return true;
    if ($$("input, textarea, select", region).some((field) => field.type !== "hidden" && isChanged(field))) return true;
    if (region.contains($("details.menu[open]"))) return true;
    const selection = getSelection();
    return !!selection && !selection.isCollapsed && region.contains(selection.anchorNode);
  }

  function isChanged(field) {
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (field.tagName === "SELECT") return [...field.options].some((option) => option.selected !== option.defaultSelected) && field.dataset.touched === "1";
    return field.value !== field.defaultValue;
  }

  function pathTo(node, root) {
    const steps = [];
    for (let at = node; at && at !== root; at = at.parentElement) {
      if (at.id) { steps.unshift(`#${CSS.escape(at.id)}`); return steps.join(" > "); }
      steps.unshift(`${at.localName}:nth-child(${[...at.parentElement.children].indexOf(at) + 1})`);
    }
    return steps.length ? `:scope > ${steps.join(" > ")}` : "";
  }

  function focusKey(region) {
    const at = document.activeElement;
    if (!at || !region.contains(at)) return null;
    return { href: at.getAttribute("href"), row: at.closest("tr")?.dataset.href, path: pathTo(at, region) };
  }

  function refocus(region, key) {
    if (!key) return;
    const byHref = key.href && $$("a[href]", region).find((link) => link.getAttribute("href") === key.href);
    const byRow = !byHref && key.row && $$("tr[data-href]", region).find((row) => row.dataset.href === key.row);
    (byHref || byRow || (key.path && $(key.path, region)))?.focus({ preventScroll: true });
  }

  function swap(region, next) {
    const text = gist(next);
    if (shown.get(region) === text || (!shown.has(region) && gist(region) === text)) return;
    if (isBusy(region)) { live.due = true; return; }
    const open = $$("details", region).map((node, i) => [node.id || i, node.open]);
    const scrolls = $$("*", region).filter((node) => node.scrollTop || node.scrollLeft).map((node) => [pathTo(node, region), node.scrollTop, node.scrollLeft]);
    const key = focusKey(region);
    region.replaceChildren(...document.importNode(next, true).childNodes);
    shown.set(region, text);
    const details = $$("details", region);
    for (const [mark, isOpen] of open) {
      const node = typeof mark === "number" ? details[mark] : document.getElementById(mark);
      if (node) node.open = isOpen;
    }
    for (const [path, top, left] of scrolls) {
      const node = path && $(path, region);
      if (node) { node.scrollTop = top; node.scrollLeft = left; }
    }
    refocus(region, key);
    window.htmx?.process(region);
    dress(region);
  }

  if (liveMeta && regions().length) {
    live.version = liveMeta.content || null;
    document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(live.timer) : plan(0)));
    addEventListener("pageshow", (event) => event.persisted && plan(0));
    setInterval(tellLive, 5000);
    plan(0);
  }

  // Theme -----------------------------------------------------------------------------------------
  document.addEventListener("click", (event) => {
    const choice = event.target.closest?.("[data-theme-set]");
    if (!choice) return;
    event.preventDefault();
    const theme = choice.dataset.themeSet;
    document.documentElement.dataset.theme = theme;
    document.cookie = `relight_theme=${theme}; path=/; max-age=31536000; samesite=lax`;
    for (const other of $$("[data-theme-set]")) other.toggleAttribute("aria-current", false);
    choice.setAttribute("aria-current", "true");
  });

  // Menus, tips -----------------------------------------------------------------------------------
  document.addEventListener("click", (event) => {
    for (const menu of $$("details.menu[open], details.drawer[open]")) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("focusin", (event) => {
    for (const menu of $$("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });
  for (const kind of ["mouseover", "focusin"]) {
    document.addEventListener(kind, (event) => {
      const tip = event.target.closest?.(".tip");
      if (!tip) return;
      tip.classList.remove("tip-closed");
      tip.classList.toggle("tip-left", tip.getBoundingClientRect().left > innerWidth / 2);
    });
  }

  // Keys ------------------------------------------------------------------------------------------
  const dialog = document.getElementById("keys-dialog");
  for (const button of $$("[data-keys-open]")) {
    button.hidden = false;
    button.addEventListener("click", () => dialog?.showModal());
  }

  const rowsOf = (table) => $$("tbody tr", table).filter((row) => row.offsetParent !== null);

  function moveRow(step) {
    const at = document.activeElement?.closest?.("table[data-keys] tbody tr");
    const table = at?.closest("table") ?? $("table[data-keys]");
    if (!table) return false;
    const rows = rowsOf(table);
    const to = rows[at ? rows.indexOf(at) + step : step > 0 ? 0 : rows.length - 1];
    if (!to) return !!at;
    to.tabIndex = -1;
    to.focus();
    to.scrollIntoView({ block: "nearest" });
    return true;
  }

  function escape() {
    const menu = $("details.menu[open], details.drawer[open]");
    if (menu) { menu.open = false; $("summary", menu)?.focus(); }
    for (const tip of $$(".tip")) tip.classList.add("tip-closed");
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") return escape();
    if (isField(document.activeElement) || dialog?.open) return;
    const row = document.activeElement?.closest?.("table[data-keys] tbody tr");
    const onRow = row && document.activeElement === row;
    if (event.key === "/") { const box = $("[data-search]"); if (box) { event.preventDefault(); box.focus(); box.select(); } }
    else if (event.key === "?") dialog?.showModal();
    else if (event.key === "ArrowDown" && (row || !canScroll()) && moveRow(1)) event.preventDefault();
    else if (event.key === "ArrowUp" && row && moveRow(-1)) event.preventDefault();
    else if (event.key === "Enter" && onRow && row.dataset.href) location.href = row.dataset.href;
    else if (event.key === "x" && onRow) $("[data-bulk-box]", row)?.click();
  });
  // The arrow enters a table when it is what the page is about; elsewhere it scrolls.
  const canScroll = () => !$("table[data-keys]");

  document.addEventListener("click", (event) => {
    const row = event.target.closest?.("tr[data-href]");
    if (!row || event.target.closest("a, button, input, label, summary, select, textarea") || !getSelection().isCollapsed) return;
    if (event.ctrlKey || event.metaKey) open(row.dataset.href, "_blank");
    else location.href = row.dataset.href;
  });

  // Bulk ------------------------------------------------------------------------------------------
  function countBulk(form) {
    const boxes = $$("[data-bulk-box]", form);
    const on = boxes.filter((box) => box.checked).length;
    const all = $("[data-bulk-all]", form);
    if (all) { all.checked = on > 0 && on === boxes.length; all.indeterminate = on > 0 && on < boxes.length; }
    for (const node of $$("[data-bulk-count]", form)) node.textContent = String(on);
    for (const bar of $$("[data-bulk-bar]", form)) {
      bar.toggleAttribute("data-none", on === 0);
      for (const button of $$("button", bar)) button.disabled = on === 0;
    }
  }
  let lastBox = null;
  document.addEventListener("click", (event) => {
    const box = event.target.closest?.("[data-bulk-box]");
    if (!box) return;
    if (event.shiftKey && lastBox && lastBox.form === box.form) {
      const boxes = $$("[data-bulk-box]", box.form);
      const [from, to] = [boxes.indexOf(lastBox), boxes.indexOf(box)].sort((a, b) => a - b);
      for (const one of boxes.slice(from, to + 1)) one.checked = box.checked;
    }
    lastBox = box;
  });
  document.addEventListener("change", (event) => {
    const form = event.target.closest?.("[data-bulk]");
    if (event.target.tagName === "SELECT") event.target.dataset.touched = "1";
    if (!form) return;
    if (event.target.matches("[data-bulk-all]")) for (const box of $$("[data-bulk-box]", form)) box.checked = event.target.checked;
    countBulk(form);
  });

  // Scanner ---------------------------------------------------------------------------------------
  // A scanner types a code within milliseconds and ends with Enter, faster on average than any hand. Where no
  // field has the focus, the search box gets it; a field with data-scan keeps the focus for the next label.
  const PAUSE_MS = 150, MEAN_MS = 50, SHORTEST = 4;
  const scan = { text: "", start: 0, at: 0 };
  const isScan = (now) => scan.text.length >= SHORTEST && (now - scan.start) / scan.text.length <= MEAN_MS;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isField(document.activeElement) || dialog?.open) return;
    const now = event.timeStamp;
    if (now - scan.at > PAUSE_MS) { scan.text = ""; scan.start = now; }
    scan.at = now;
    if (event.key === "Enter") {
      const box = $("[data-search]");
      if (isScan(now) && box) {
        event.preventDefault();
        event.stopImmediatePropagation();
        box.value = scan.text;
        box.form.requestSubmit();
      }
      scan.text = "";
    } else if (event.key.length === 1) scan.text += event.key;
  }, true);
  document.addEventListener("htmx:afterRequest", (event) => {
    const field = event.detail.elt?.querySelector?.("[data-scan]");
    if (field) { field.focus(); field.select(); }
  });

  // Drafts ----------------------------------------------------------------------------------------
  // <form data-draft="key">: kept in this browser for this reader as one types; never a password, a file,
  // a hidden field or anything marked data-private; dropped once the form went through, and at sign-out.
  const reader = document.body.dataset.reader ?? "";
  const PREFIX = "relight-draft:";
  const store = (() => { try { return window.localStorage; } catch { return null; } })();
  const draftName = (form) => `${PREFIX}${reader}:${form.dataset.draft}`;
  const canKeep = (field) => field.name && field.name !== "csrfmiddlewaretoken" && !["password", "hidden", "file", "submit", "button"].includes(field.type) && !field.closest("[data-private]");

  function keepDraft(form) {
    const values = [...form.elements].filter(canKeep).map((field) => [field.name, field.value, "checked" in field && /checkbox|radio/.test(field.type) ? field.checked : null]);
    store?.setItem(draftName(form), JSON.stringify({ values, sent: false }));
  }

  function bringDraft(form) {
    const text = store?.getItem(draftName(form));
    if (!text) return;
    const draft = JSON.parse(text);
    const failed = !!$(".error-summary", form) || !!$(".error-summary");
    if (draft.sent && !failed) return store.removeItem(draftName(form));
    if (failed) return keepDraft(form);
    let changed = false;
    for (const [name, value, checked] of draft.values) {
      const field = [...form.elements].find((one) => one.name === name && canKeep(one) && (checked === null || one.value === value));
      if (!field) continue;
      if (checked === null) { changed ||= field.value !== value; field.value = value; }
      else { changed ||= field.checked !== checked; field.checked = checked; }
    }
    if (changed) tellDraft(form);
  }

  function tellDraft(form) {
    const note = document.createElement("p");
    note.className = "hint draft-note";
    note.setAttribute("role", "status");
    const drop = document.createElement("button");
    drop.type = "button";
    drop.className = "button quiet";
    drop.textContent = words.draftDrop;
    drop.addEventListener("click", () => { store?.removeItem(draftName(form)); form.reset(); note.remove(); });
    note.append(words.draftKept ?? "", " ", drop);
    form.prepend(note);
  }

  document.addEventListener("input", (event) => { const form = event.target.closest?.("form[data-draft]"); if (form) keepDraft(form); });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("[data-sign-out]")) dropDrafts();
    if (!form.matches("form[data-draft]")) return;
    const text = store?.getItem(draftName(form));
    if (text) store.setItem(draftName(form), JSON.stringify({ ...JSON.parse(text), sent: true }));
  });
  function dropDrafts() {
    if (!store) return;
    for (const key of Object.keys(store)) if (key.startsWith(PREFIX)) store.removeItem(key);
  }
  // A draft whose form went through lands on another page: there it is dropped.
  if (store && !$(".error-summary, .error-page")) {
    for (const key of Object.keys(store)) {
      if (!key.startsWith(PREFIX)) continue;
      const draft = JSON.parse(store.getItem(key));
      if (draft.sent && !$(`form[data-draft="${CSS.escape(key.split(":").slice(2).join(":"))}"]`)) store.removeItem(key);
    }
  }
  if ($("[data-clear-drafts]")) dropDrafts();

  // htmx: when nobody answers, say so ----------------------------------------------------------------
  document.addEventListener("htmx:sendError", () => {
    const notices = document.getElementById("notices");
    if (!notices) return;
    const note = document.createElement("div");
    note.className = "notice notice-bad";
    note.textContent = words.lost;
    notices.replaceChildren(note);
  });

  // Dress what has just come in ------------------------------------------------------------------------
  function dress(root) {
    for (const form of $$("form[data-bulk]", root)) countBulk(form);
    if (root.matches?.("form[data-bulk]")) countBulk(root);
    const outer = root.closest?.("form[data-bulk]");
    if (outer) countBulk(outer);
    for (const form of $$("form[data-draft]", root)) bringDraft(form);
    for (const button of $$("[data-print]", root)) { button.hidden = false; button.onclick = () => print(); }
  }
  dress(document);
  const first = $("[data-focus]");
  first?.focus();
  if (first?.matches("[data-scan]")) first.select(); // what stands there is replaced by the next scan, not added to
})();
