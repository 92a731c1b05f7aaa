// The big picture: fit, 100 %, pan; the version before on top of it while a key is held; compare.

import { mountCompare } from "../compare.js";
import { PanZoom } from "../panzoom.js";
import { thumbHashToDataURL } from "../../vendor/thumbhash.js";

export class Stage {
  constructor(element) {
    this.element = element;
    this.view = element.querySelector("[data-view]");
    this.mark = element.querySelector("[data-mark]");
    this.label = element.querySelector("[data-zoom]");
    this.zoomButton = element.querySelector('[data-do="zoom"]');
    this.compareButton = element.querySelector('[data-do="compare"]');
    this.beforeButton = element.querySelector('[data-hold="before"]');
    this.entry = this.compare = null;
    this.pan = new PanZoom(this.view, {
      targets: () => (this.entry ? [this.entry.image, this.entry.before].filter(Boolean) : []),
      size: () => this.entry?.size ?? { width: 1, height: 1 },
      changed: (state) => this.showZoom(state),
    });
  }

  // Returns whether the picture was there already: the reviewer saw it in the same frame.
  show(entry) {
    this.endCompare();
    this.entry = entry;
    entry.prepare();
    this.view.style.backgroundImage = "";
    const ready = entry.image.complete && entry.image.naturalWidth > 0;
    if (!ready) this.paintPlaceholder(entry);
    this.view.replaceChildren(entry.image);
    this.pan.reset();
    this.showMark();
    this.compareButton.hidden = this.beforeButton.hidden = !entry.previous;
    return ready;
  }

  clear() {
    this.endCompare();
    this.entry = null;
    this.view.replaceChildren();
    this.mark.hidden = true;
  }

  paintPlaceholder({ form, image }) {
    const text = form.dataset.placeholder;
    if (!text || !form.dataset.picture) return;
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    image.style.backgroundImage = `url(${thumbHashToDataURL(bytes)})`;
    image.addEventListener("load", () => (image.style.backgroundImage = ""), { once: true });
  }

  showMark() {
    const { entry, mark } = this;
    mark.hidden = entry.open;
    mark.className = `stage-mark is-${entry.state === "lost" ? "lost" : entry.verdict}`;
    mark.textContent = entry.state === "lost" ? entry.sentence : entry.word;
  }

  showZoom({ fits, percent }) {
    const { width, fullWidth } = this.entry?.form.dataset ?? {};
    const preview = Number(fullWidth) > Number(width) ? ` of ${Number(width).toLocaleString()} px` : "";
    this.label.textContent = fits ? `Fit · ${percent} %` : `${percent} %${preview}`;
    this.zoomButton.setAttribute("aria-pressed", String(!fits));
  }

  zoom() {
    if (this.compare) this.compare.zoom();
    else if (this.entry) this.pan.toggle();
  }

  // Hold to see the version before in the same place.
  before(on) {
    if (this.compare) return this.compare.blink(on);
    if (!this.entry?.before) return;
    this.entry.before.remove();
    if (on) {
      this.entry.before.classList.add("is-before");
      this.view.append(this.entry.before);
      this.pan.apply();
    }
    this.mark.hidden = on ? false : this.entry.open;
    if (on) Object.assign(this.mark, { textContent: `Before: ${this.entry.form.dataset.previousLabel}`, className: "stage-mark" });
    else this.showMark();
  }

  toggleCompare() {
    if (this.compare) return this.endCompare();
    if (!this.entry?.previous) return;
    const { form, name } = this.entry;
    const element = document.createElement("div");
    element.className = "compare";
    element.append(side("a", form.dataset.previous, form.dataset.previousLabel), side("b", form.dataset.picture, form.dataset.label));
    element.setAttribute("aria-label", `${name}, two versions`);
    this.element.classList.add("is-comparing");
    this.element.append(element);
    this.compare = mountCompare(element);
    this.compareElement = element;
    this.compareButton.setAttribute("aria-pressed", "true");
  }

  endCompare() {
    if (!this.compare) return;
    this.compare.stop();
    this.compareElement.remove();
    this.compare = null;
    this.element.classList.remove("is-comparing");
    this.compareButton.setAttribute("aria-pressed", "false");
  }
}

function side(name, url, label) {
  const image = new Image();
  image.dataset.side = name;
  image.alt = label;
  image.src = url;
  return image;
}
