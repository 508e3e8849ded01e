/* The doctors' queue by keyboard. Every step also works with the mouse and without this script.
   A key counts only when no other follows at once: a scanner types fast and must decide nothing. */
"use strict";
(() => {
  const form = document.getElementById("ask-form");
  const ALONE_MS = 160;
  const isField = (node) => node?.matches?.("input:not([type=radio]), textarea, select") ?? false;
  let waiting = 0, last = 0;

  const chosen = () => form?.querySelector("input[name=outcome]:checked")?.value ?? "";
  function show() {
    for (const part of document.querySelectorAll("[data-for]")) part.hidden = part.dataset.for !== chosen();
  }

  function act(node) {
    if (node.matches("[data-fill]")) {
      const field = document.getElementById(node.dataset.fill);
      field.value = node.querySelector("span").textContent;
      field.focus();
    } else if (node.matches("input[type=radio]")) {
      node.checked = true;
      show();
      node.focus();
    } else node.click();
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.key === "Escape" && isField(document.activeElement)) return document.activeElement.blur();
    const now = event.timeStamp, alone = now - last > ALONE_MS;
    last = now;
    clearTimeout(waiting);
    if (event.key === "Enter" && !alone && form?.contains(document.activeElement)) return event.preventDefault();
    if (event.key === "Enter" && document.activeElement?.id === "id_reason" && !event.shiftKey) {
      event.preventDefault();
      return form.requestSubmit(form.querySelector("button[value=decide]"));
    }
    if (isField(document.activeElement)) return;
    const found = [...document.querySelectorAll(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`)].find((node) => !node.closest("[hidden]"));
    if (!found || !alone) return;
    event.preventDefault();
    waiting = setTimeout(() => act(found), ALONE_MS);
  });
  document.addEventListener("click", (event) => {
    const fill = event.target.closest?.("[data-fill]");
    if (fill) act(fill);
  });
  form?.addEventListener("change", show);
  show();
})();
