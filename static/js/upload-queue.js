// The files that are to be uploaded: which are sent now, what became of each, what is still asked for.

import { Engine } from "./upload-engine.js";
import { forget, keyOf } from "./upload-memory.js";

const AT_ONCE = 3;
const ASK_EVERY = 1200;
const ASK_SLOWLY = 6000;
const ASKED_AT_ONCE = 100;
export const SETTLED = new Set(["approved", "in_review", "refused", "rejected", "superseded", "duplicate", "described", "failed"]);
const ACTIVE = new Set(["sending", "lost", "arrived"]);
const ON_ITS_WAY = new Set([...ACTIVE, "waiting", "paused"]);

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

export class Uploads {
  constructor(tray, view) {
    this.tray = tray;
    this.view = view; // shows what changes: added, changed, removed, counted
    this.engine = new Engine(tray, (item, change) => this.told(item, change));
    this.items = new Set();
    this.counts = new Map(); // how many items are in each state
    this.waiting = [];
    this.asked = new Set(); // those that the server is processing
    this.asking = null;
    this.askAfter = ASK_EVERY;
    this.held = false; // everything is paused
  }

  // Takes files, each with the sidecar that lies beside it (upload-sidecars.js).
  add(pairs, given = {}) {
    const brand = this.tray.querySelector("[data-upload-brand]")?.value;
    const fields = given.asset || !brand ? given : { ...given, brand };
    const known = new Set([...this.items].filter((item) => ON_ITS_WAY.has(item.state)).map((item) => item.key));
    for (const { file, sidecar } of pairs) {
      const key = keyOf(this.tray.dataset.person, file, fields);
      if (known.has(key)) continue; // it is on its way already
      known.add(key);
      this.dropInterrupted(key);
      this.enter({ file, sidecar, name: file.name, key, fields, state: "waiting", progress: 0 });
    }
    this.next();
  }

  enter(item) {
    this.items.add(item);
    this.count(item.state, 1);
    if (item.state === "waiting") this.waiting.push(item);
    this.view.added(item);
    this.view.counted();
  }

  // What was left behind by an earlier page, and is not in the list because of its file.
  dropInterrupted(key) {
    for (const item of this.items) if (item.state === "interrupted" && item.key === key) this.leave(item);
  }

  next() {
    while (!this.held && this.waiting.length && this.active < AT_ONCE) {
      const item = this.waiting.shift();
      if (item.state !== "waiting") continue;
      this.set(item, { state: "sending", reason: "" });
      this.engine.send(item);
    }
    this.view.counted();
  }

  // What the engine says of a file.
  told(item, change) {
    if (change.arrived) this.arrived(item, change.arrived);
    else if (change.failed) this.set(item, { state: "failed", reason: change.failed });
    else this.set(item, change);
    if (change.failed) this.next();
  }

  async arrived(item, address) {
    this.set(item, { state: "arrived", progress: 1, reason: "" });
    const answer = await this.outcome(address);
    const state = answer.outcome === "ingested" ? "processing" : (answer.outcome ?? "failed");
    const { reason, asset, version, address: page, thumbnail } = answer;
    // What is said of a file that was taken is about its sidecar: it stays beside what comes of it.
    const said = state === "processing" && reason ? { aside: reason } : { reason };
    this.set(item, { state, ...said, asset, version, address: page, thumbnail });
    this.next();
  }

  // The server may be restarted between the last byte and its answer: the outcome is asked for until it is there.
  async outcome(address) {
    for (let tries = 1; ; tries += 1) {
      const response = await fetch(address, { headers: { Accept: "application/json" } }).catch(() => null);
      if (response?.ok) {
        const answer = await response.json();
        if (answer.state === "ended") return answer;
      } else if (response && response.status < 500 && response.status !== 429) {
        return { reason: "What became of it cannot be told: see the activity page." };
      }
      await pause(Math.min(500 * tries, 5000));
    }
  }

  set(item, change) {
    if (!this.items.has(item)) return; // it was cancelled meanwhile
    const before = item.state;
    Object.assign(item, change);
    if (item.state !== before) {
      this.count(before, -1);
      this.count(item.state, 1);
      if (item.state === "processing") this.ask(item);
    }
    this.view.changed(item);
    if (item.state === before) return;
    this.view.counted();
    if (!SETTLED.has(item.state)) return;
    const last = !this.unsettled;
    this.view.settled(item, last);
    document.body.dispatchEvent(new CustomEvent("upload-settled", { detail: { item, last } }));
  }

  count(state, change) {
    this.counts.set(state, (this.counts.get(state) ?? 0) + change);
  }

  leave(item) {
    if (!this.items.delete(item)) return;
    this.count(item.state, -1);
    this.asked.delete(item);
    this.view.removed(item);
    this.next();
  }

  ask(item) {
    if (item) {
      this.asked.add(item);
      this.askAfter = ASK_EVERY;
    }
    this.asking ??= setTimeout(async () => {
      this.asking = null;
      const open = this.mostUrgent();
      if (!open.length) return;
      const news = await this.askFor(open);
      this.askAfter = news ? ASK_EVERY : Math.min(this.askAfter * 1.5, ASK_SLOWLY);
      this.ask();
    }, this.askAfter);
  }

  // Those that are settled only wait for what may be noticed about them yet.
  mostUrgent() {
    const late = (item) => Number(item.state !== "processing");
    return [...this.asked].sort((one, two) => late(one) - late(two)).slice(0, ASKED_AT_ONCE);
  }

  async askFor(open) {
    const versions = open.map((item) => item.version).join(",");
    const response = await fetch(`${this.tray.dataset.statesUrl}?versions=${versions}`).catch(() => null);
    if (!response?.ok) return false;
    const { states } = await response.json();
    let news = false;
    for (const item of open) {
      const now = states[item.version];
      if (!now) continue;
      news ||= now.state !== item.state;
      if (now.ended) this.asked.delete(item);
      this.set(item, now);
    }
    return news;
  }

  // What a person does with one file.
  pause(item) {
    if (item.state !== "sending" && item.state !== "lost") return;
    this.engine.pause(item);
    this.set(item, { state: "paused", reason: "" });
    this.next();
  }

  resume(item) {
    if (item.state !== "paused") return;
    this.set(item, { state: "sending" });
    this.engine.resume(item);
  }

  cancel(item) {
    this.engine.cancel(item);
    this.leave(item);
  }

  remove(item) {
    this.leave(item);
  }

  retryOne(item) {
    if (item.state !== "failed") return;
    this.waiting.push(item);
    this.set(item, { state: "waiting", reason: "" });
    this.next();
  }

  discard(item) {
    forget(item.key);
    this.engine.forgetOnServer(item.place);
    this.leave(item);
  }

  // And with all of them.
  retryAll() {
    for (const item of this.items) if (item.state === "failed") this.retryOne(item);
  }

  holdOrGoOn() {
    this.held = !this.held;
    for (const item of this.items) {
      if (this.held) this.pause(item);
      else this.resume(item);
    }
    this.next();
  }

  cancelAll() {
    this.waiting = [];
    for (const item of this.items) if (ON_ITS_WAY.has(item.state) && item.state !== "arrived") this.cancel(item);
  }

  clear() {
    for (const item of this.items) if (SETTLED.has(item.state)) this.leave(item);
  }

  number(...states) {
    return states.reduce((sum, state) => sum + (this.counts.get(state) ?? 0), 0);
  }

  get active() {
    return this.number(...ACTIVE);
  }

  get settledNumber() {
    return this.number(...SETTLED);
  }

  get unsettled() {
    return this.items.size > this.settledNumber + this.number("interrupted");
  }

  get busy() {
    return this.number(...ON_ITS_WAY) > 0;
  }
}
