/* Forms that write into a chart: keeps what is typed on the server within a second, says loudly when it cannot.
   Owns no storage of its own: nothing typed stays on this machine. Every form works without it. */
"use strict";
(() => {
  const WAIT_MS = 700, RETRY_MS = 2000, ASK_MS = 5000;
  document.documentElement.classList.add("scripted");
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const tab = [...crypto.getRandomValues(new Uint8Array(12))].map((one) => one.toString(16).padStart(2, "0")).join("");

  function keep(form) {
    const words = form.dataset, url = words.chartDraft;
    const field = (name) => form.elements.namedItem(name);
    const lost = form.querySelector("[data-draft-lost]"), state = form.querySelector("[data-draft-state]");
    const writers = form.querySelector("[data-draft-writers]");
    let timer = 0, first = 0, dirty = false, busy = null, done = false, failing = false, changes = 0;
    field("draft_tab").value = tab;

    function content() {
      const data = new FormData(form);
      for (const [name, value] of [...data]) if (value instanceof File || name === "password") data.delete(name);
      return data;
    }

    function cry(text, link) {
      failing = !!text;
      if (!lost) return;
      lost.hidden = !text;
      if (!text) return lost.replaceChildren();
      if (lost.dataset.said === text) return;
      lost.dataset.said = text;
      const line = document.createElement("p");
      line.textContent = text + " ";
      if (link) {
        const place = document.createElement("a");
        place.href = words.signIn;
        place.target = "_blank";
        place.textContent = words.wordsSign;
        line.append(place);
      }
      lost.replaceChildren(line);
    }

    function tellWriters(lines) {
      if (!writers || !Array.isArray(lines)) return;
      if (lines.join("\n") === $$("span", writers).map((one) => one.textContent).join("\n")) return;
      writers.replaceChildren(...lines.map((text) => Object.assign(document.createElement("span"), { textContent: text })));
    }

    async function freshToken() {
      const answer = await fetch(url, { headers: { Accept: "application/json", "X-Relight-Live": "1" }, redirect: "manual", cache: "no-store" });
      if (!answer.ok) return false;
      const given = await answer.json();
      for (const one of $$('input[name="csrfmiddlewaretoken"]')) one.value = given.csrf;
      tellWriters(given.writers);
      return true;
    }

    async function send() {
      const answer = await fetch(url, { method: "POST", body: content(), headers: { Accept: "application/json" }, redirect: "manual", cache: "no-store" });
      if (answer.status === 401) {
        const said = await answer.json().catch(() => ({}));
        cry(said.kept ? words.wordsEnded : words.wordsUnkept, true);
        return false;
      }
      if (!answer.ok) throw new Error(String(answer.status));
      const said = await answer.json();
      if (said.late) { cry(words.wordsLate); return true; }
      if (said.draft) field("draft").value = said.draft;
      field("draft_count").value = said.count;
      tellWriters(said.writers);
      if (state) state.textContent = words.wordsKept.replace("{time}", said.saved);
      cry("");
      return true;
    }

    async function saveOnce() {
      const at = changes;
      try {
        let kept;
        try { kept = await send(); }
        catch (error) {
          if (error.message !== "403" || !(await freshToken())) throw error;
          kept = await send();
        }
        if (kept && at === changes) dirty = false;
        if (!kept) plan(RETRY_MS);
        return kept;
      } catch {
        if (state) state.textContent = "";
        cry(words.wordsLost);
        plan(RETRY_MS);
        return false;
      }
    }

    function save() {
      clearTimeout(timer);
      timer = first = 0;
      busy ??= saveOnce().finally(() => { busy = null; if (dirty && !failing && !done) plan(WAIT_MS); });
      return busy;
    }

    function plan(ms) {
      if (done) return;
      clearTimeout(timer);
      first ||= Date.now();
      timer = setTimeout(save, Math.max(0, Math.min(ms, ms === WAIT_MS ? first + 1000 - Date.now() - 100 : ms)));
    }

    const touched = () => { dirty = true; changes += 1; if (!failing) plan(WAIT_MS); };
    form.addEventListener("input", touched);
    form.addEventListener("change", touched);

    form.addEventListener("submit", async (event) => {
      if (done) return;
      if (event.submitter?.hasAttribute("data-draft-drop")) { done = true; return; }
      event.preventDefault();
      const submitter = event.submitter;
      if (submitter) submitter.disabled = true;
      clearTimeout(timer);
      if (busy) await busy;
      const kept = await save();  // also tells whether anybody is there to save to
      if (submitter) submitter.disabled = false;
      if (!kept) { lost?.scrollIntoView({ block: "center" }); return; }
      done = true;
      clearTimeout(timer);
      form.requestSubmit(submitter ?? undefined);
    });

    addEventListener("pagehide", () => { if (dirty && !done) navigator.sendBeacon(url, content()); });
    addEventListener("pageshow", (event) => { if (event.persisted) { done = false; location.reload(); } });
    addEventListener("beforeunload", (event) => { if (dirty && failing && !done) event.preventDefault(); });
    document.addEventListener("keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && form.contains(document.activeElement)) {
        event.preventDefault();
        form.requestSubmit(form.querySelector("[data-save]") ?? undefined);
      }
    });
    setInterval(() => { if (!document.hidden && !done && !failing) freshWriters(); }, ASK_MS);
    async function freshWriters() {
      try {
        const answer = await fetch(url, { headers: { Accept: "application/json", "X-Relight-Live": "1" }, redirect: "manual", cache: "no-store" });
        if (answer.ok) tellWriters((await answer.json()).writers);
      } catch { /* the next saving says so, loudly */ }
    }
  }

  for (const form of $$("form[data-chart-draft]")) keep(form);

  // A field grows with what is written in it.
  const grow = (area) => { area.style.height = "auto"; area.style.height = `${area.scrollHeight + 4}px`; };
  for (const area of $$("textarea[data-grow]")) { area.addEventListener("input", () => grow(area)); if (area.value) grow(area); }

  // A line of values: Enter goes to the next one, as on a keypad and after a scan; in the last one it saves.
  for (const line of $$(".vital-line")) line.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey || !event.target.matches("input, select")) return;
    const boxes = $$("input, select", line), next = boxes[boxes.indexOf(event.target) + 1];
    if (next) { event.preventDefault(); next.focus(); next.select?.(); }
  });
  ($$(".vital-wrong input")[0] ?? $$(".vital-line input")[0])?.focus();

  for (const button of $$("[data-take]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const field = document.getElementById(button.dataset.take);
      if (!field) return;
      if (field.tagName === "SELECT") field.value = [...field.options].find((one) => one.textContent === button.dataset.value)?.value ?? field.value;
      else field.value = button.dataset.value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.focus();
    });
  }
})();
