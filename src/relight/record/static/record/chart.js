/* Pages of one patient: tells that somebody changed the record while a form is being filled in.
   Owns the line below the banner. Refuses to touch any field. */
"use strict";
(() => {
  const line = () => document.getElementById("patient-changed");
  document.addEventListener("relight:moved", (event) => {
    const note = line();
    const told = event.detail;
    if (!note || !told || told.mine || !told.at) return;
    const zone = document.getElementById("script-words")?.dataset.zone;
    const at = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: zone }).format(new Date(told.at));
    note.querySelector("span").textContent = note.dataset.text.replace("{by}", told.by).replace("{at}", at);
    note.querySelector("a").href = location.href;
    note.hidden = !document.querySelector("#main form[method=post]");
  });
})();
