// Many at once: tick by click, Shift+click for a range, all; then one decision for the ticked.

import { registerKeys } from "../keys.js";

const form = document.querySelector("[data-bulk]");
const undo = document.querySelector("[data-undo-all]");
const boxes = () => [...(form?.querySelectorAll("[name=item]") ?? [])];
let last = null;

const writing = () => document.activeElement?.matches("input[type=text]"); // selects its own text

function show() {
  const ticked = boxes().filter((box) => box.checked).length;
  const all = form.querySelector("[data-all]");
  all.checked = ticked > 0 && ticked === boxes().length;
  all.indeterminate = ticked > 0 && ticked < boxes().length;
  form.querySelector("[data-ticked]").textContent = ticked ? `${ticked} of ${boxes().length} ticked` : "Tick all";
  for (const button of form.querySelectorAll("button[type=submit]")) button.disabled = ticked === 0;
  form.querySelector("[data-reject] > summary").ariaDisabled = String(ticked === 0);
}

function tickAll(on) {
  for (const box of boxes()) box.checked = on;
  show();
}

function range(box) {
  const all = boxes();
  const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
  for (const between of all.slice(from, to + 1)) between.checked = box.checked;
}

function move(by) {
  const all = boxes();
  const here = all.indexOf(document.activeElement);
  all[Math.max(0, Math.min(all.length - 1, here + by))]?.focus();
}

function press(selector) {
  const button = form.querySelector(selector);
  if (!button.disabled) button.click();
}

if (form) {
  form.addEventListener("click", (event) => {
    if (!event.target.matches("[name=item]")) return;
    if (event.shiftKey && last) range(event.target);
    last = event.target;
  });
  form.addEventListener("change", (event) => {
    if (event.target.matches("[data-all]")) tickAll(event.target.checked);
    else show();
  });
  const menu = form.querySelector("[data-reject]");
  registerKeys([
    { key: ["k", "ArrowLeft"], label: "Previous picture", run: () => move(-1), repeats: true },
    { key: ["j", "ArrowRight"], label: "Next picture", run: () => move(1), repeats: true },
    { key: "Ctrl+a", label: "Tick all", run: () => tickAll(true), when: () => !writing() },
    { key: "a", label: "Approve the ticked", run: () => press("[value=approve]") },
    { key: "x", label: "Reject the ticked: then 1–7 for the reason", run: () => (menu.open = !menu.open && boxes().some((box) => box.checked)) },
    { key: ["1", "2", "3", "4", "5", "6", "7"], run: (event) => press(`[data-digit="${event.key}"]`), when: () => menu.open },
    { key: "Escape", run: () => (menu.open = false), when: () => menu.open },
  ]);
  show();
}
if (undo) registerKeys([{ key: ["u", "Ctrl+z"], label: "Undo", run: () => undo.click(), when: () => !writing() }]);
