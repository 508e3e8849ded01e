// Moves a row of the order with the pointer; the form then shows what that changes. Without it the buttons do the same.
"use strict";
for (const list of document.querySelectorAll("[data-order]")) {
  let held = null;
  let before = "";
  const order = () => [...list.querySelectorAll("input[name=order]")].map((one) => one.value).join();
  list.addEventListener("dragstart", (event) => {
    held = event.target.closest("li");
    before = order();
    event.dataTransfer.effectAllowed = "move";
  });
  list.addEventListener("dragover", (event) => {
    const row = event.target.closest("li");
    if (!held || !row || row.parentNode !== list) return;
    event.preventDefault();
    const box = row.getBoundingClientRect();
    if (row !== held) row[event.clientY < box.top + box.height / 2 ? "before" : "after"](held);
  });
  list.addEventListener("dragend", () => {
    held = null;
    if (order() !== before) list.closest("form").requestSubmit();
  });
}
