// The list of uploads as one sees it: the newest activity on top, few rows however many files there are.

import { announce } from "./toast.js";
import { labelOf, renderRow, rowOf } from "./upload-row.js";
import { SETTLED } from "./upload-queue.js";

const WELL = new Set(["approved", "in_review", "superseded", "described"]);
const ROWS_OF_WELL = 60; // those that went well: older rows go, the count stays
const ROWS = 300;
const FEW = 5; // so many files are announced one by one; more are counted
const ANNOUNCED_EVERY = 8000;
const number = (count) => count.toLocaleString("en");

export class Tray {
  constructor(tray) {
    this.tray = tray;
    this.list = tray.querySelector("[data-upload-list]");
    this.title = tray.querySelector("[data-upload-title]");
    this.summary = tray.querySelector("[data-upload-summary]");
    this.whole = tray.querySelector("[data-upload-whole]");
    this.well = []; // rows of files that went well, the oldest first
    this.drawing = false;
    this.announcedAt = 0;
  }

  watch(uploads) {
    this.uploads = uploads;
  }

  added(item) {
    this.tray.hidden = false;
    if (item.state !== "waiting") this.place(item);
  }

  // A row is made when something happens to the file: those that only wait are counted.
  place(item) {
    if (item.row) return;
    item.row = rowOf(item);
    renderRow(item);
    this.list.prepend(item.row);
    if (this.list.childElementCount > ROWS) this.dropOldest();
  }

  dropOldest() {
    const row = [...this.list.children].findLast((one) => SETTLED.has(one.item.state));
    if (row) this.takeAway(row.item);
  }

  takeAway(item) {
    item.row?.remove();
    item.row = null;
  }

  changed(item) {
    if (item.row) renderRow(item);
    else if (item.state !== "waiting" && !SETTLED.has(item.state)) this.place(item);
  }

  removed(item) {
    this.takeAway(item);
    if (!this.uploads.items.size) this.tray.querySelector("[data-upload-close]").focus();
    this.counted();
  }

  settled(item, last) {
    if (!item.row && !WELL.has(item.state)) this.place(item);
    if (WELL.has(item.state) && item.row) {
      this.well.push(item);
      if (this.well.length > ROWS_OF_WELL) this.takeAway(this.well.shift());
    }
    this.announce(item, last);
  }

  announce(item, last) {
    if (this.uploads.items.size <= FEW) announce(`${item.name}: ${labelOf(item)}`);
    else if (last || Date.now() - this.announcedAt > ANNOUNCED_EVERY) {
      this.announcedAt = Date.now();
      announce([this.titleText(), this.summaryText()].filter(Boolean).join(". "));
    }
  }

  // Thousands of files change many times a second; what they add up to is drawn once a frame.
  counted() {
    if (this.drawing) return;
    this.drawing = true;
    requestAnimationFrame(() => {
      this.drawing = false;
      this.draw();
    });
  }

  titleText() {
    const { items, settledNumber, unsettled } = this.uploads;
    const all = items.size - this.uploads.number("interrupted");
    if (!all) return "Uploads";
    return unsettled ? `Uploads: ${number(settledNumber)} of ${number(all)}` : `Uploads: ${number(all)} done`;
  }

  summaryText() {
    const said = [
      [this.uploads.number("waiting"), "waiting"],
      [this.uploads.number("processing", "arrived"), "processing"],
      [this.uploads.number("duplicate"), "in the library already"],
      [this.uploads.number("refused", "rejected"), "refused"],
      [this.uploads.number("failed"), "failed"],
    ];
    return said.filter(([count]) => count).map(([count, words]) => `${number(count)} ${words}`).join(" · ");
  }

  draw() {
    const { uploads } = this;
    const all = uploads.items.size - uploads.number("interrupted");
    this.title.textContent = this.titleText();
    this.summary.textContent = all > 1 ? this.summaryText() : "";
    this.whole.hidden = all < 2 || !uploads.unsettled;
    this.whole.value = all ? uploads.settledNumber / all : 0;
    this.button("retry").hidden = !uploads.number("failed");
    this.button("clear").hidden = uploads.unsettled || !uploads.settledNumber;
    this.button("cancel").hidden = !uploads.busy || all < 2;
    const hold = this.button("hold");
    hold.hidden = !uploads.busy || all < 2;
    hold.querySelector("span").textContent = uploads.held ? "Carry on" : "Pause all";
  }

  button(name) {
    return this.tray.querySelector(`[data-upload-${name}]`);
  }
}
