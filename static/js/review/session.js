// The work itself: which picture is on the page, what is decided about it, what comes next.
// What a key does is on the page at once; the server is told behind it (outbox.js).

import { Entry } from "./entry.js";
import { Outbox } from "./outbox.js";
import { load, send } from "./server.js";
import { fieldsOf, isChanged, showState } from "./sheet.js";
import { Stage } from "./stage.js";
import { Strip } from "./strip.js";
import { Supply } from "./supply.js";
import { Voice } from "./voice.js";

const PACE_OVER = 20; // decisions

export class Session {
  constructor(page) {
    this.page = page;
    this.at = page.dataset;
    this.side = page.querySelector("[data-side]");
    this.stage = new Stage(page.querySelector("[data-stage]"));
    this.strip = new Strip(page.querySelector("[data-strip]"), (id) => this.open(id));
    this.voice = new Voice(this);
    this.outbox = new Outbox(this.voice);
    this.remaining = Number(this.at.remaining);
    this.entries = [];
    this.made = []; // entries in the order of their decisions: what undo walks back
    this.current = null;
    this.times = []; // of the last decisions, for the pace
    this.measures = []; // for tests: was the next picture there when it was shown?
    this.supply = new Supply(this);
    this.readPage();
  }

  // What the server has drawn: the decisions of this session, and the first sheet.
  readPage() {
    const form = this.side.querySelector("form");
    let mine = false; // whether the first sheet shows a decision of this session
    for (const item of this.page.querySelectorAll("[data-strip] [data-item]")) {
      if (item.dataset.item === form?.dataset.item) {
        mine = true;
        continue;
      }
      const { item: id, decision, verdict, name } = item.dataset;
      const thumbnail = item.querySelector("img").src;
      const entry = new Entry({ id, name, decision, verdict, thumbnail, state: "decided" });
      this.entries.push(entry);
      this.made.push(entry);
    }
    this.refusal = this.side.querySelector("[data-refusal]")?.textContent ?? "";
    if (form) this.begin(Entry.fromForm(form), mine);
    else this.show(null);
    this.supply.topUp();
  }

  begin(entry, mine) {
    if (entry.open && this.refusal) Object.assign(entry, { state: "lost", sentence: this.refusal });
    this.entries.push(entry);
    if (!entry.open) showState(entry);
    if (mine) this.made.push(entry);
    this.show(entry);
  }

  address(entry) {
    return this.at.itemUrl.replace(/0$/, entry.id);
  }

  show(entry) {
    const focused = this.side.contains(document.activeElement) ? document.activeElement : null;
    this.current = entry;
    this.page.classList.toggle("is-done", !entry);
    this.page.querySelector("[data-done-page]").hidden = Boolean(entry);
    if (entry) {
      const ready = this.stage.show(entry);
      this.measures.push({ id: entry.id, ready });
      if (this.side.firstElementChild !== entry.form) this.side.replaceChildren(entry.form);
      if (focused) this.moveFocus(focused, entry.form);
      if (window.scrollY > 0) window.scrollTo(0, 0); // on a phone the sheet scrolls with the page
      window.history.replaceState(null, "", this.address(entry));
      document.title = `${entry.name} · Review · Loupe`;
    } else {
      this.stage.clear();
      this.side.replaceChildren();
      window.history.replaceState(null, "", this.at.pageUrl);
      document.title = "Review · Loupe";
    }
    this.draw();
  }

  // Focus goes along with the work: to the same control of the next sheet, else to its heading.
  moveFocus(from, form) {
    if (form.contains(from)) return;
    const same = from.value && from.matches("[name=verdict]") ? form.querySelector(`[value="${from.value}"]`) : null;
    (same?.offsetParent ? same : form.querySelector("[data-heading]")).focus({ preventScroll: true });
  }

  draw() {
    this.strip.draw(this.entries, this.current, (entry) => this.address(entry));
    this.voice.showCount();
  }

  get done() {
    return this.made.filter((entry) => entry.verdict !== "skip").length;
  }

  get progress() {
    return `${this.done.toLocaleString()} of ${(this.done + this.remaining).toLocaleString()}`;
  }

  step(by) {
    const next = this.entries[this.entries.indexOf(this.current) + by];
    if (next) this.open(next.id);
    else this.voice.end(by);
    if (by > 0) this.supply.topUp();
  }

  // Show an entry; one that was decided before this page was loaded has to be fetched first.
  async open(id) {
    const entry = this.entries.find((candidate) => candidate.id === id);
    if (!entry.form) {
      const answer = await this.supply.ask(() => load(this.address(entry)));
      if (!answer) return;
      entry.renew(answer.html);
      if (!entry.open) showState(entry);
    }
    this.show(entry);
  }

  decide(verdict, reason = "") {
    const entry = this.current;
    if (!entry?.open) return this.voice.decided(entry);
    const changed = isChanged(entry.form);
    if (verdict === "fix" && !changed) return this.voice.askForChange(entry);
    const exact = verdict === "approve" && changed ? "fix" : verdict;
    const fields = fieldsOf(entry.form, exact, reason);
    Object.assign(entry, { state: "decided", verdict: exact });
    entry.pending += 1;
    this.made.push(entry);
    this.times = [...this.times, Date.now()].slice(-PACE_OVER);
    if (exact !== "skip") this.remaining -= 1;
    showState(entry);
    this.show(this.following(entry));
    this.voice.done(entry);
    this.outbox.add({
      send: () => send(entry.form.action, fields),
      done: (answer) => this.confirm(entry, answer),
      refused: (sentence) => this.takeRefusal(entry, exact, sentence),
    });
    this.supply.topUp();
  }

  // The next open entry behind this one, else the first that is still open.
  following(entry) {
    const index = this.entries.indexOf(entry);
    const isOpen = (candidate) => candidate.open && candidate.form;
    return this.entries.slice(index + 1).find(isOpen) ?? this.entries.find(isOpen) ?? null;
  }

  confirm(entry, answer) {
    entry.pending -= 1;
    entry.decision = String(answer.decision);
    this.supply.hearRemaining(answer.remaining);
    document.body.dispatchEvent(new CustomEvent("review-changed"));
  }

  // The server said no. If the person can mend it, the sheet comes back as they left it.
  takeRefusal(entry, verdict, sentence) {
    entry.pending -= 1;
    this.made = this.made.filter((made) => made !== entry);
    Object.assign(entry, { state: "lost", sentence, verdict: "" });
    showState(entry);
    if (verdict !== "skip") this.remaining += 1;
    this.voice.refused(entry, sentence);
    this.look(entry);
  }

  // Somebody else may have decided it, or only this wish was refused: the server knows.
  async look(entry) {
    const answer = await this.supply.ask(() => load(this.address(entry)));
    if (answer && !answer.refusal) {
      Object.assign(entry, { state: "open", sentence: "" });
      showState(entry);
      if (!this.current) this.show(entry);
    }
    if (entry === this.current) this.stage.showMark();
    this.draw();
  }

  undo(entry = this.made.at(-1)) {
    if (!entry) return this.voice.nothingToUndo();
    const was = entry.verdict;
    this.made = this.made.filter((made) => made !== entry);
    if (was !== "skip") this.remaining += 1;
    entry.pending += 1;
    if (entry.form && !entry.form.dataset.decision) this.reopen(entry);
    this.voice.undone(entry);
    this.outbox.add({
      send: () => this.sendUndo(entry),
      done: (answer) => this.finishUndo(entry, answer),
      refused: (sentence) => this.undoRefused(entry, was, sentence),
    });
    this.draw();
  }

  reopen(entry) {
    entry.state = "open";
    showState(entry);
    this.show(entry);
  }

  sendUndo(entry) {
    if (!entry.decision) return {}; // its decision was refused: there is nothing to undo
    return send(this.at.undoUrl.replace("/0/", `/${entry.decision}/`), []);
  }

  finishUndo(entry, answer) {
    entry.pending -= 1;
    if (!answer.html) return;
    if (!entry.form || entry.form.dataset.decision) {
      entry.renew(answer.html);
      entry.image = null;
      this.show(entry);
    }
    Object.assign(entry, { decision: "", verdict: entry.open ? "" : entry.verdict });
    this.supply.hearRemaining(answer.remaining);
    document.body.dispatchEvent(new CustomEvent("review-changed"));
  }

  undoRefused(entry, was, sentence) {
    entry.pending -= 1;
    Object.assign(entry, { state: "decided", verdict: was });
    if (was !== "skip") this.remaining -= 1;
    if (entry.form) showState(entry);
    if (entry === this.current) this.stage.showMark();
    this.voice.refused(entry, sentence);
    this.draw();
  }
}
