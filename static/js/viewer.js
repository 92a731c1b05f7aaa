// Fit, full size, wheel zoom about the pointer, dragging. Pinching works by pointer events.

const MOST = 8;
const STEP = 1.5;

export class Viewer {
  constructor(element) {
    this.box = element;
    this.image = element.querySelector("img");
    this.scale = 1; // against the fitted size
    this.x = 0;
    this.y = 0;
    this.pointers = new Map();
    element.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    element.addEventListener("pointerdown", (event) => this.down(event));
    element.addEventListener("pointermove", (event) => this.move(event));
    for (const name of ["pointerup", "pointercancel"]) element.addEventListener(name, (event) => this.up(event));
    element.addEventListener("dblclick", (event) => this.toggle(event));
    element.addEventListener("keydown", (event) => this.key(event));
    this.image.addEventListener("load", () => this.paint());
    new ResizeObserver(() => this.zoomTo(this.scale)).observe(element);
    this.paint();
  }

  // How much larger than fitted the picture's own pixels are.
  get full() {
    const shown = this.image.offsetWidth || 1;
    return Math.max(1, Number(this.image.getAttribute("width")) / (shown * window.devicePixelRatio));
  }

  get middle() {
    return { x: this.box.clientWidth / 2, y: this.box.clientHeight / 2 };
  }

  step(which) {
    if (which === "fit") this.toggle();
    else this.zoomTo(which === "in" ? this.scale * STEP : this.scale / STEP);
  }

  toggle(event) {
    const box = this.box.getBoundingClientRect();
    const at = event ? { x: event.clientX - box.left, y: event.clientY - box.top } : this.middle;
    this.zoomTo(this.scale > 1.001 ? 1 : Math.max(this.full, 1.0), at);
  }

  zoomTo(wanted, at = this.middle) {
    const scale = Math.min(Math.max(wanted, 1), Math.max(MOST, this.full));
    const grow = scale / this.scale;
    this.x = at.x - this.middle.x - (at.x - this.middle.x - this.x) * grow;
    this.y = at.y - this.middle.y - (at.y - this.middle.y - this.y) * grow;
    this.scale = scale;
    this.paint();
  }

  paint() {
    const most = (side, room) => Math.max(0, (side * this.scale - room) / 2);
    const wide = most(this.image.offsetWidth, this.box.clientWidth);
    const tall = most(this.image.offsetHeight, this.box.clientHeight);
    this.x = Math.min(wide, Math.max(-wide, this.x));
    this.y = Math.min(tall, Math.max(-tall, this.y));
    this.image.style.transform = `translate(${this.x}px, ${this.y}px) scale(${this.scale})`;
    this.box.classList.toggle("zoomed", this.scale > 1.001);
    const level = document.querySelector("[data-zoom-level]");
    if (level) level.textContent = this.scale > 1.001 ? `${Math.round((this.scale / this.full) * 100)} %` : "";
  }

  wheel(event) {
    event.preventDefault();
    const box = this.box.getBoundingClientRect();
    const factor = Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0018));
    this.zoomTo(this.scale * factor, { x: event.clientX - box.left, y: event.clientY - box.top });
  }

  key(event) {
    const step = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] }[event.key];
    if (!step || this.scale <= 1.001) return;
    event.preventDefault();
    this.x += step[0];
    this.y += step[1];
    this.paint();
  }

  down(event) {
    if (event.button !== 0) return;
    this.pointers.set(event.pointerId, event);
    if (this.scale > 1.001 || this.pointers.size > 1) this.box.setPointerCapture(event.pointerId);
  }

  move(event) {
    const before = this.pointers.get(event.pointerId);
    if (!before) return;
    const other = [...this.pointers.values()].find((one) => one.pointerId !== event.pointerId);
    if (other) this.pinch(before, event, other);
    else {
      this.x += event.clientX - before.clientX;
      this.y += event.clientY - before.clientY;
      this.paint();
    }
    this.pointers.set(event.pointerId, event);
  }

  pinch(before, now, other) {
    const distance = (one) => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY) || 1;
    const box = this.box.getBoundingClientRect();
    const at = { x: (now.clientX + other.clientX) / 2 - box.left, y: (now.clientY + other.clientY) / 2 - box.top };
    this.zoomTo((this.scale * distance(now)) / distance(before), at);
  }

  up(event) {
    this.pointers.delete(event.pointerId);
  }
}
