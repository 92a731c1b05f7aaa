// Two pictures compared: wipe, side by side with one zoom, blink, difference.
// Markup: <div class="compare" data-compare><img data-side="a" alt="…"><img data-side="b" alt="…"></div>
// A page that loads this module gets every such element mounted; mountCompare(element) mounts a later
// one and returns {blink(on), zoom(), mode(name), stop()}. The style sheet is css/compare.css.

import { PanZoom } from "./panzoom.js";

const MODES = [
  ["wipe", "Wipe"],
  ["side", "Side by side"],
  ["blink", "Blink"],
  ["difference", "Difference"],
];
const RANGES = {
  wipe: { label: "Position of the divider", min: 0, max: 100, step: 1, value: 50 },
  difference: { label: "Amplify the difference", min: 1, max: 12, step: 0.5, value: 3 },
};

function make(tag, className, properties = {}) {
  const element = document.createElement(tag);
  element.className = className;
  return Object.assign(element, properties);
}

class Compare {
  constructor(element) {
    this.element = element;
    this.images = { a: element.querySelector('[data-side="a"]'), b: element.querySelector('[data-side="b"]') };
    this.values = { wipe: RANGES.wipe.value, difference: RANGES.difference.value };
    this.build();
    this.pan = new PanZoom(this.view, {
      targets: () => Object.values(this.images),
      size: () => this.size(),
      box: () => this.panes.a,
      clicks: false,
      changed: ({ fits, percent }) => {
        this.zoomButton.textContent = fits ? `Fit · ${percent} %` : `${percent} %`;
        this.zoomButton.setAttribute("aria-pressed", String(!fits));
      },
    });
    for (const image of Object.values(this.images)) {
      if (!image.complete) image.addEventListener("load", () => this.pan.apply(), { once: true });
    }
    this.mode(element.dataset.mode ?? "wipe");
  }

  build() {
    const bar = make("div", "compare-bar");
    bar.dataset.noPan = "";
    this.buttons = make("div", "segments", { role: "group", ariaLabel: "Way of comparing" });
    for (const [mode, label] of MODES) {
      const button = make("button", "", { type: "button", textContent: label });
      button.dataset.mode = mode;
      this.buttons.append(button);
    }
    this.buttons.addEventListener("click", (event) => event.target.dataset.mode && this.mode(event.target.dataset.mode));
    this.range = make("input", "compare-range", { type: "range" });
    this.range.addEventListener("input", () => this.adjust(Number(this.range.value)));
    this.hold = make("button", "button plain compact", { type: "button", textContent: "Hold to see the other" });
    this.hold.addEventListener("pointerdown", () => this.blink(true));
    for (const end of ["pointerup", "pointerleave", "blur"]) this.hold.addEventListener(end, () => this.blink(false));
    this.hold.addEventListener("keydown", (event) => [" ", "Enter"].includes(event.key) && this.blink(true));
    this.hold.addEventListener("keyup", () => this.blink(false));
    this.zoomButton = make("button", "button plain compact number", { type: "button" });
    this.zoomButton.addEventListener("click", () => this.zoom());
    bar.append(this.buttons, this.range, this.hold, this.zoomButton);
    this.view = make("div", "compare-view");
    this.view.append(...this.buildPanes(), this.buildHandle());
    this.element.replaceChildren(bar, this.view);
  }

  buildPanes() {
    this.panes = {};
    return ["a", "b"].map((side) => {
      const pane = make("div", "compare-pane");
      pane.dataset.pane = side;
      pane.dataset.panBox = "";
      this.images[side].draggable = false;
      pane.append(this.images[side], make("span", "compare-label", { textContent: this.images[side].alt }));
      this.panes[side] = pane;
      return pane;
    });
  }

  // The divider can be dragged too; the range beside the modes is its keyboard form.
  buildHandle() {
    this.handle = make("div", "compare-handle");
    this.handle.dataset.noPan = "";
    this.handle.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      this.handle.setPointerCapture(event.pointerId);
      const area = this.view.getBoundingClientRect();
      const move = (moved) => this.adjust(((moved.clientX - area.left) / area.width) * 100);
      this.handle.addEventListener("pointermove", move);
      const end = () => this.handle.removeEventListener("pointermove", move);
      this.handle.addEventListener("lostpointercapture", end, { once: true });
    });
    return this.handle;
  }

  // Both are drawn in the box of the larger, so that the same place lies on the same place.
  size() {
    const sizes = Object.values(this.images).map((image) => [
      image.naturalWidth || Number(image.getAttribute("width")) || 1,
      image.naturalHeight || Number(image.getAttribute("height")) || 1,
    ]);
    const [width, height] = sizes.reduce((most, size) => (size[0] * size[1] > most[0] * most[1] ? size : most));
    return { width, height };
  }

  mode(name) {
    this.element.dataset.mode = name;
    for (const button of this.buttons.children) button.setAttribute("aria-pressed", String(button.dataset.mode === name));
    const range = RANGES[name];
    this.range.hidden = !range;
    this.hold.hidden = name !== "blink";
    this.blink(false);
    if (range) {
      Object.assign(this.range, { min: range.min, max: range.max, step: range.step, ariaLabel: range.label });
      this.adjust(this.values[name]);
    }
    this.pan.apply();
  }

  adjust(value) {
    const { mode } = this.element.dataset;
    const { min, max } = RANGES[mode] ?? RANGES.wipe;
    const kept = Math.max(min, Math.min(max, value));
    this.values[mode] = kept;
    this.range.value = String(kept);
    this.view.style.setProperty(mode === "difference" ? "--gain" : "--wipe", mode === "difference" ? kept : `${kept}%`);
  }

  blink(on) {
    this.element.classList.toggle("is-before", on);
  }

  zoom() {
    this.pan.toggle();
  }

  stop() {
    this.pan.stop();
  }
}

export function mountCompare(element) {
  delete element.dataset.compare;
  return new Compare(element);
}

export function startCompare(root = document) {
  return [...root.querySelectorAll("[data-compare]")].map(mountCompare);
}

startCompare();
