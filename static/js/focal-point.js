// The focal point of the picture that is shown: a click or the arrow keys name it, the server keeps
// it. While it is being named, the picture fits and stays where it is.

import { announce } from "./toast.js";

const STEP = 0.01;
const FAR = 0.05; // with Shift
const PAUSE = 600; // milliseconds after the last key
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const share = (value) => Math.min(1, Math.max(0, value));

class FocalPoint {
  constructor(layer, viewer) {
    Object.assign(this, { layer, viewer, timer: 0 });
    this.button = document.querySelector("[data-focal-open]");
    this.mark = layer.querySelector("[data-focal-point]");
    this.hear(layer.dataset);
    this.button.addEventListener("click", () => this.toggle());
    layer.addEventListener("click", (event) => this.clicked(event));
    layer.addEventListener("keydown", (event) => this.key(event));
    document.body.addEventListener("focal-point", (event) => this.hear(event.detail));
    new ResizeObserver(() => this.place()).observe(layer);
  }

  // What the server says: two numbers, or nothing where crops find their point by themselves.
  hear({ x, y }) {
    this.point = x === "" ? null : { x: Number(x), y: Number(y) };
    this.place();
  }

  toggle() {
    const open = this.layer.hidden;
    if (open && !this.viewer.mover.fits) this.viewer.step("fit");
    this.layer.hidden = !open;
    this.button.setAttribute("aria-pressed", String(open));
    if (!open) return this.button.focus();
    this.place();
    this.mark.focus();
  }

  place() {
    if (this.layer.hidden) return;
    const { x, y } = this.point ?? { x: 0.5, y: 0.5 };
    const [box, picture] = [this.layer.getBoundingClientRect(), this.viewer.image.getBoundingClientRect()];
    this.mark.style.left = `${picture.left - box.left + x * picture.width}px`;
    this.mark.style.top = `${picture.top - box.top + y * picture.height}px`;
    this.mark.classList.toggle("automatic", !this.point);
  }

  clicked(event) {
    if (event.target.closest("[data-focal-close]")) return this.toggle();
    if (event.target.closest("[data-focal-reset]")) return this.save(null);
    if (event.target.closest("button, .focal-bar")) return undefined;
    const picture = this.viewer.image.getBoundingClientRect();
    const [x, y] = [(event.clientX - picture.left) / picture.width, (event.clientY - picture.top) / picture.height];
    this.mark.focus();
    return this.save({ x: share(x), y: share(y) });
  }

  key(event) {
    if (event.key === "Escape") {
      event.stopPropagation();
      event.preventDefault();
      return this.toggle();
    }
    const way = ARROWS[event.key];
    if (!way || event.target !== this.mark) return undefined;
    event.preventDefault();
    event.stopPropagation();
    const step = event.shiftKey ? FAR : STEP;
    const { x, y } = this.point ?? { x: 0.5, y: 0.5 };
    this.point = { x: share(x + way[0] * step), y: share(y + way[1] * step) };
    this.place();
    announce(`${Math.round(this.point.x * 100)} % from the left, ${Math.round(this.point.y * 100)} % from the top`);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(this.point), PAUSE);
    return undefined;
  }

  save(point) {
    clearTimeout(this.timer);
    this.point = point;
    this.place();
    const values = point ? { x: point.x.toFixed(4), y: point.y.toFixed(4) } : {};
    window.htmx.ajax("POST", this.layer.dataset.url, { values, swap: "none", source: document.body });
  }
}

export function startFocalPoint(element, viewer) {
  const layer = element.querySelector("[data-focal]");
  return layer && new FocalPoint(layer, viewer);
}
