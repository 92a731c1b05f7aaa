// Zoom and pan of one or more pictures in the same box: fit, 100 %, wheel, drag.
// new PanZoom(surface, {targets: () => [img…], size: () => ({width, height}), changed: (state) => …})
// The targets lie on top of each other, each centred in its parent by the style sheet
// (position: absolute; left: 50%; top: 50%); 100 % is one picture pixel on one screen pixel.

const MOST = 8;
const STILL = 4; // pixels a pointer may wander and still be a click

export class PanZoom {
  constructor(surface, { targets, size, box = () => surface, changed = () => {}, clicks = true }) {
    Object.assign(this, { surface, targets, size, box, changed, clicks, scale: null, x: 0, y: 0 });
    this.observer = new ResizeObserver(() => this.apply());
    this.observer.observe(surface);
    this.listening = new AbortController();
    const { signal } = this.listening;
    surface.addEventListener("wheel", (event) => this.onWheel(event), { passive: false, signal });
    surface.addEventListener("pointerdown", (event) => this.onDown(event), { signal });
  }

  stop() {
    this.observer.disconnect();
    this.listening.abort();
  }

  get full() {
    return 1 / window.devicePixelRatio;
  }

  get fitting() {
    const { width, height } = this.size();
    const box = this.box();
    const fit = Math.min(box.clientWidth / width, box.clientHeight / height);
    return Number.isFinite(fit) && fit > 0 ? Math.min(fit, Math.max(1, this.full)) : 1;
  }

  get fits() {
    return this.scale === null;
  }

  reset() {
    this.scale = null;
    this.apply();
  }

  toggle(point) {
    if (this.fits) this.zoomTo(this.full === this.fitting ? 2 * this.full : this.full, point);
    else this.reset();
  }

  zoomTo(scale, point = { x: 0, y: 0 }) {
    const before = this.scale ?? this.fitting;
    const wanted = Math.min(MOST * this.full, scale);
    if (wanted <= this.fitting && wanted < this.full) return this.reset();
    if (this.fits) this.x = this.y = 0;
    const factor = wanted / before;
    this.x = point.x - (point.x - this.x) * factor;
    this.y = point.y - (point.y - this.y) * factor;
    this.scale = wanted;
    this.apply();
  }

  // Where somebody else has moved the picture; a scale of null fits.
  place({ scale, x, y }) {
    Object.assign(this, { scale, x, y });
    this.apply();
  }

  zoomBy(factor) {
    this.zoomTo((this.scale ?? this.fitting) * factor);
  }

  panBy(x, y) {
    this.x += x;
    this.y += y;
    this.apply();
  }

  apply() {
    const scale = this.scale ?? this.fitting;
    const { width, height } = this.size();
    this.hold(scale, width, height);
    for (const target of this.targets()) {
      target.style.width = `${width}px`;
      target.style.height = `${height}px`;
      target.style.transform = `translate(calc(-50% + ${this.x}px), calc(-50% + ${this.y}px)) scale(${scale})`;
    }
    this.surface.classList.toggle("is-zoomed", !this.fits);
    this.changed({ fits: this.fits, percent: Math.round((scale / this.full) * 100) });
  }

  // The picture never leaves its box: there is always something to see.
  hold(scale, width, height) {
    if (this.fits) this.x = this.y = 0;
    const box = this.box();
    const room = (length, inside) => Math.max(0, (length * scale - inside) / 2);
    const [wide, tall] = [room(width, box.clientWidth), room(height, box.clientHeight)];
    this.x = Math.max(-wide, Math.min(wide, this.x));
    this.y = Math.max(-tall, Math.min(tall, this.y));
  }

  // Where an event is, from the middle of the box that it happened in.
  point(event) {
    const area = (event.target.closest("[data-pan-box]") ?? this.surface).getBoundingClientRect();
    return { x: event.clientX - area.left - area.width / 2, y: event.clientY - area.top - area.height / 2 };
  }

  onWheel(event) {
    if (event.target.closest("[data-no-pan]")) return;
    event.preventDefault();
    const scale = this.scale ?? this.fitting;
    this.zoomTo(scale * Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0015)), this.point(event));
  }

  onDown(event) {
    if (event.button !== 0 || event.target.closest("[data-no-pan]")) return;
    if (event.pointerType === "touch" && this.fits) return this.watchTap(event);
    const start = { x: event.clientX - this.x, y: event.clientY - this.y, far: 0, from: [event.clientX, event.clientY] };
    const { surface } = this;
    surface.setPointerCapture(event.pointerId);
    surface.classList.add("is-panning");
    const move = (moved) => {
      start.far = Math.max(start.far, Math.hypot(moved.clientX - start.from[0], moved.clientY - start.from[1]));
      if (this.fits || start.far < STILL) return;
      [this.x, this.y] = [moved.clientX - start.x, moved.clientY - start.y];
      this.apply();
    };
    const end = (ended) => {
      surface.removeEventListener("pointermove", move);
      surface.classList.remove("is-panning");
      if (ended.type === "pointerup" && start.far < STILL && this.clicks) this.toggle(this.point(event));
    };
    surface.addEventListener("pointermove", move);
    surface.addEventListener("pointerup", end, { once: true });
    surface.addEventListener("pointercancel", end, { once: true });
  }

  // A finger on a fitted picture scrolls the page; only a tap zooms in.
  watchTap(event) {
    const point = this.point(event);
    const end = (ended) => {
      const far = Math.hypot(ended.clientX - event.clientX, ended.clientY - event.clientY);
      if (far < 2 * STILL && this.clicks) this.toggle(point);
    };
    this.surface.addEventListener("pointerup", end, { once: true, signal: AbortSignal.timeout(400) });
  }
}
