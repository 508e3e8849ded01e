/* Prescribing: fills the form with the medicine chosen, shows the fields of the kind chosen.
   Owns nothing that is saved. Without it each choice is a button of the form, and all fields are there. */
"use strict";
(() => {
  const form = document.getElementById("prescribe");
  if (!form) return;
  const drug = form.elements.drug, kind = form.elements.kind, route = form.elements.route;
  const tell = (node) => node.dispatchEvent(new Event("change", { bubbles: true }));

  form.addEventListener("click", (event) => {
    const pick = event.target.closest?.("[data-fill]");
    if (!pick) return;
    event.preventDefault();
    drug.value = pick.dataset.fill;
    if (!route.value) route.value = pick.dataset.routes.split(" ")[0];
    form.elements.dose.placeholder = pick.dataset.unit;
    document.getElementById("drug-found").replaceChildren();
    tell(drug);
    form.elements.dose.focus();
  });

  // Down from the field goes into the list, Escape closes it.
  form.addEventListener("keydown", (event) => {
    const picks = [...form.querySelectorAll(".med-pick")];
    if (!picks.length) return;
    const at = picks.indexOf(document.activeElement);
    if (event.key === "ArrowDown" && (event.target === drug || at >= 0)) picks[Math.min(at + 1, picks.length - 1)].focus();
    else if (event.key === "ArrowUp" && at >= 0) (at ? picks[at - 1] : drug).focus();
    else if (event.key === "Escape") { document.getElementById("drug-found").replaceChildren(); drug.focus(); }
    else if (event.key === "Enter" && event.target === drug) picks[0].click();
    else return;
    event.preventDefault();
  });

  const show = () => {
    for (const part of form.querySelectorAll("[data-for]")) part.hidden = part.dataset.for !== kind.value;
  };
  kind.addEventListener("change", show);
  show();
})();
