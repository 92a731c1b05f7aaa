// Which pictures are chosen. Kept for the tab, by address, so that it survives paging and coming back.

import { announce } from "./toast.js";

export class Selection {
  constructor(grid, focused) {
    this.grid = grid;
    this.focused = focused;
    this.chosen = new Set(JSON.parse(sessionStorage.getItem(this.key) ?? "[]"));
    this.anchor = null;
    this.bar = document.getElementById("selection-bar");
    document.addEventListener("click", (event) => this.clicked(event));
    this.restore();
  }

  get key() {
    return `loupe.chosen ${location.pathname}${location.search}`;
  }

  get size() {
    return this.chosen.size;
  }

  get ids() {
    return [...this.chosen];
  }

  cards() {
    return [...(this.grid()?.querySelectorAll("[data-asset]") ?? [])];
  }

  clicked(event) {
    const card = event.target.closest?.("[data-grid] [data-asset]");
    if (!card) return;
    const check = event.target.closest(".card-check");
    const keys = event.shiftKey || event.ctrlKey || event.metaKey;
    if (!check && !keys) return;
    if (check && !event.target.matches("input")) return; // the label's own click follows on the box
    if (!check) event.preventDefault();
    if (event.shiftKey && this.anchor) this.range(this.anchor, card);
    else this.set(card, check ? event.target.checked : !this.chosen.has(card.dataset.asset));
    this.anchor = card;
    this.show();
  }

  set(card, on) {
    if (on) this.chosen.add(card.dataset.asset);
    else this.chosen.delete(card.dataset.asset);
  }

  range(from, to) {
    const all = this.cards();
    const [first, last] = [all.indexOf(from), all.indexOf(to)].sort((a, b) => a - b);
    all.slice(first, last + 1).forEach((card) => this.set(card, true));
  }

  toggle(link) {
    const card = link?.closest("[data-asset]");
    if (!card) return;
    this.set(card, !this.chosen.has(card.dataset.asset));
    this.anchor = card;
    this.show();
  }

  // Selects what is left and what is reached.
  stretch(move) {
    const before = this.focused()?.closest("[data-asset]");
    if (before) this.set(before, true);
    move();
    const after = this.focused()?.closest("[data-asset]");
    if (before && after) this.range(before, after);
    this.anchor = after;
    this.show();
  }

  all() {
    this.cards().forEach((card) => this.set(card, true));
    this.show();
  }

  add(ids) {
    ids.forEach((id) => this.chosen.add(String(id)));
    this.show();
  }

  remove(ids) {
    ids.forEach((id) => this.chosen.delete(String(id)));
    this.show();
  }

  clear() {
    this.chosen.clear();
    this.show();
  }

  restore() {
    this.show(false);
  }

  show(aloud = true) {
    for (const card of this.cards()) {
      const on = this.chosen.has(card.dataset.asset);
      card.classList.toggle("chosen", on);
      const box = card.querySelector(".card-check input");
      if (box) box.checked = on;
    }
    if (this.size) sessionStorage.setItem(this.key, JSON.stringify(this.ids));
    else sessionStorage.removeItem(this.key);
    document.body.classList.toggle("selecting", this.size > 0);
    if (this.bar) this.bar.hidden = this.size === 0;
    const count = this.bar?.querySelector("[data-selected-count]");
    if (count) count.textContent = `${this.size.toLocaleString()} selected`;
    if (aloud) announce(this.size ? `${this.size} selected` : "Nothing selected");
  }
}
