// The grid of pictures: more of them as one scrolls, keyboard, selection, and the way back to one's place.

import { startBulk } from "./bulk.js";
import { startFacets } from "./facets.js";
import { registerKeys } from "./keys.js";
import { startPlace } from "./place.js";
import { startMore } from "./more.js";
import { Selection } from "./selection.js";

const grid = () => document.querySelector("[data-grid]");
const links = () => [...(grid()?.querySelectorAll(".card-link") ?? [])];

function focused() {
  return document.activeElement?.closest?.(".card-link") ?? null;
}

// One picture of the grid is in the tab order; the arrows move from it.
function rove(link) {
  grid()?.querySelectorAll('.card-link[tabindex="0"]').forEach((other) => other.setAttribute("tabindex", "-1"));
  link.setAttribute("tabindex", "0");
}

function setUpRoving() {
  const all = links();
  const kept = all.find((link) => link.getAttribute("tabindex") === "0") ?? all[0];
  all.forEach((link) => link.setAttribute("tabindex", link === kept ? "0" : "-1"));
}

function goTo(link) {
  if (!link) return;
  rove(link);
  link.focus({ preventScroll: true });
  link.scrollIntoView({ block: "nearest" });
}

function sideways(step) {
  const all = links();
  const at = all.indexOf(focused());
  goTo(at < 0 ? all[0] : all[Math.max(0, Math.min(all.length - 1, at + step))]);
}

// The nearest picture in the next row up or down, by the middle of its box.
function upOrDown(step) {
  const from = focused()?.getBoundingClientRect();
  if (!from) return goTo(links()[0]);
  const middle = (box) => box.left + box.width / 2;
  const beyond = links()
    .map((link) => ({ link, box: link.getBoundingClientRect() }))
    .filter(({ box }) => (box.top - from.top) * step > 4);
  const row = Math.min(...beyond.map(({ box }) => Math.abs(box.top - from.top)));
  const near = beyond.filter(({ box }) => Math.abs(Math.abs(box.top - from.top) - row) < 4);
  near.sort((a, b) => Math.abs(middle(a.box) - middle(from)) - Math.abs(middle(b.box) - middle(from)));
  goTo(near[0]?.link);
}

function remember(name, value) {
  document.cookie = `${name}=${value}; path=/; max-age=31536000; samesite=lax`;
}

function startTools() {
  document.addEventListener("click", (event) => {
    const rows = event.target.closest("[data-rows]");
    if (rows) {
      remember("rows", rows.dataset.rows);
      grid()?.classList.remove("rows-small", "rows-medium", "rows-large");
      grid()?.classList.add(`rows-${rows.dataset.rows}`);
      rows.parentElement.querySelectorAll("button").forEach((one) => one.setAttribute("aria-pressed", String(one === rows)));
    }
    const words = event.target.closest("[data-words]");
    if (words) {
      const on = grid()?.classList.toggle("with-words") ?? false;
      remember("words", on ? "1" : "");
      words.setAttribute("aria-pressed", String(on));
    }
  });
}

function inGrid() {
  return Boolean(grid()) && (document.activeElement === document.body || Boolean(document.activeElement?.closest("[data-grid], main, .selection-bar")));
}

function start() {
  const selection = new Selection(grid, focused);
  setUpRoving();
  startTools();
  startFacets();
  startMore();
  startBulk(selection);
  startPlace(links, goTo);
  document.addEventListener("focusin", (event) => event.target.matches?.(".card-link") && rove(event.target));
  document.body.addEventListener("htmx:afterSwap", () => {
    setUpRoving();
    selection.restore();
  });
  registerKeys([
    { key: "ArrowLeft", label: "Previous picture", run: () => sideways(-1), when: inGrid, repeats: true },
    { key: "ArrowRight", label: "Next picture", run: () => sideways(1), when: inGrid, repeats: true },
    { key: "ArrowUp", label: "Row above", run: () => upOrDown(-1), when: () => inGrid() && focused(), repeats: true },
    { key: "ArrowDown", label: "Row below", run: () => upOrDown(1), when: inGrid, repeats: true },
    { key: "Shift+ArrowLeft", run: () => selection.stretch(() => sideways(-1)), when: inGrid, repeats: true },
    { key: "Shift+ArrowRight", label: "Select while moving (Shift and an arrow)", run: () => selection.stretch(() => sideways(1)), when: inGrid, repeats: true },
    { key: "Shift+ArrowUp", run: () => selection.stretch(() => upOrDown(-1)), when: inGrid, repeats: true },
    { key: "Shift+ArrowDown", run: () => selection.stretch(() => upOrDown(1)), when: inGrid, repeats: true },
    { key: ["x", "Space"], label: "Select the picture", run: () => selection.toggle(focused()), when: focused, overControls: true },
    { key: "Ctrl+a", label: "Select all that are shown", run: () => selection.all(), when: inGrid },
    { key: "Escape", label: "Clear the selection", run: () => selection.clear(), when: () => selection.size > 0 },
    { key: "s", label: "Find similar pictures", run: () => location.assign(`/?like=${focused().closest("[data-asset]").dataset.asset}`), when: focused },
    { key: "f", label: "Filters", run: () => document.querySelector("#facets a, [data-facets-open]")?.focus(), when: () => Boolean(document.getElementById("facets")) },
  ]);
}

start();
