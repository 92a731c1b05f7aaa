// The picture of an asset's page: fit, 100 %, wheel, drag and keys. What is shown first is a
// rendition, moved by PanZoom; of a larger original, deep zoom takes over where one zooms in, with
// tiles from the IIIF Image API, and gives back where the whole picture fits again.

import { PanZoom } from "./panzoom.js";

const STEP = 1.5;
const ARROWS = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] };

export class Viewer {
  constructor(element) {
    this.element = element;
    this.image = element.querySelector("img");
    this.level = document.querySelector("[data-zoom-level]");
    this.size = { width: Number(this.image.getAttribute("width")), height: Number(this.image.getAttribute("height")) };
    element.classList.add("is-mounted");
    this.pan = new PanZoom(element, {
      targets: () => [this.image],
      size: () => this.size,
      changed: (state) => this.changed(state),
    });
    this.pan.reset();
    element.addEventListener("keydown", (event) => this.key(event));
  }

  // Whoever moves the picture now.
  get mover() {
    return this.deep?.shown ? this.deep : this.pan;
  }

  step(which) {
    if (which === "fit") this.mover.toggle();
    else this.mover.zoomBy(which === "in" ? STEP : 1 / STEP);
  }

  key(event) {
    const step = ARROWS[event.key];
    if (!step || this.mover.fits) return;
    event.preventDefault();
    this.mover.panBy(...step);
  }

  changed(state) {
    if (!state.fits) this.deepen();
    this.tell(state);
  }

  tell({ fits, percent }) {
    this.element.classList.toggle("is-zoomed", !fits);
    if (this.level) this.level.textContent = fits ? "" : `${percent} %`;
  }

  // Without its script or its tiles there is still the rendition, which can be zoomed into.
  async open(source) {
    try {
      const { DeepZoom } = await import("./deepzoom.js");
      const { size } = this;
      return await DeepZoom.open(this.element, { source, size, moved: (place) => this.pan.place(place) });
    } catch (error) {
      console.warn(error);
      return null;
    }
  }

  async deepen() {
    const source = this.element.dataset.iiif;
    if (!source || this.deep?.shown) return;
    this.opening ??= this.open(source);
    this.deep = await this.opening;
    if (this.deep && !this.pan.fits && !this.deep.shown) this.deep.show(this.pan);
  }
}
