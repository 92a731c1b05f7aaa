// The hold on what the page shows: renewed while somebody is there, shown when it runs low.

import { Refused, Unreachable, send } from "./server.js";

const BEAT = 60_000;
const IDLE = 10 * 60_000; // nobody touched anything for so long: let the pictures go
const SHOWN_BELOW = 120; // seconds

export class Lease {
  constructor({ seconds, url, label, held, lost }) {
    Object.assign(this, { seconds, url, label, held, lost });
    this.touched = this.renewed = this.asked = Date.now();
    for (const kind of ["keydown", "pointerdown", "pointermove"]) {
      document.addEventListener(kind, () => this.touch(), { passive: true, capture: true });
    }
    document.addEventListener("visibilitychange", () => !document.hidden && this.touch());
    window.addEventListener("pageshow", (event) => event.persisted && this.renew());
    setInterval(() => this.beat(), 1000);
  }

  touch() {
    const wasOver = this.left <= 0;
    this.touched = Date.now();
    if (wasOver) this.renew();
  }

  get left() {
    return Math.round(this.seconds - (Date.now() - this.renewed) / 1000);
  }

  beat() {
    const there = !document.hidden && Date.now() - this.touched < IDLE;
    if (there && Date.now() - this.asked >= BEAT) this.renew();
    this.show();
  }

  async renew() {
    const have = this.held();
    if (!have.length) return;
    this.asked = Date.now();
    try {
      const answer = await send(this.url, have.map((id) => ["have", id]));
      this.renewed = this.asked;
      this.lost(answer);
    } catch (error) {
      // Tried again with the next beat; meanwhile the hold runs on, and its end is shown.
      if (!(error instanceof Refused || error instanceof Unreachable)) throw error;
    }
  }

  show() {
    const { left } = this;
    const some = this.held().length > 0;
    this.label.hidden = !some || left >= SHOWN_BELOW;
    if (this.label.hidden) return;
    const clock = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    this.label.textContent = left > 0 ? `Held for you for ${clock}` : "Your hold ran out: move to take it again";
  }
}
