// The work itself: which picture is on the page, what is decided about it, what comes next.
// What a key does is on the page at once; the server is told behind it (outbox.js).

import { announce, toast } from "../toast.js";
import { Entry } from "./entry.js";
import { Lease } from "./lease.js";
import { Outbox } from "./outbox.js";
import { Refused, Unreachable, farewell, load, send } from "./server.js";
import { fieldsOf, isChanged, showState } from "./sheet.js";
import { Stage } from "./stage.js";
import { Strip } from "./strip.js";

const KEPT = 12; // pictures passed by without a decision: the oldest are let go of
const MOST_KNOWN = 200;
const LOOK_AGAIN = 20_000;

export class Session {
  constructor(page) {
    this.page = page;
    this.at = page.dataset;
    this.side = page.querySelector("[data-side]");
    this.stage = new Stage(page.querySelector("[data-stage]"));
    this.strip = new Strip(page.querySelector("[data-strip]"), (id) => this.open(id));
    this.outbox = new Outbox({ stuck: (why, count) => this.sayStuck(why, count), flowing: () => this.sayFlowing() });
    this.remaining = Number(this.at.remaining);
    this.entries = [];
    this.made = []; // entries in the order of their decisions: what undo walks back
    this.current = null;
    this.measures = []; // for tests: was the next picture there when it was shown?
    this.readPage();
    this.lease = new Lease({
      seconds: Number(this.at.leaseSeconds),
      url: this.at.heartbeatUrl,
      label: page.querySelector("[data-lease]"),
      held: () => this.entries.filter((entry) => entry.open).map((entry) => entry.id),
      lost: (answer) => this.hearLost(answer),
    });
    window.addEventListener("pagehide", () => this.leave());
    setInterval(() => !this.current && !document.hidden && this.topUp(), LOOK_AGAIN);
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
    this.topUp();
  }

  begin(entry, mine) {
    if (entry.open && this.refusal) Object.assign(entry, { state: "lost", sentence: this.refusal });
    this.entries.push(entry);
    if (!entry.open) showState(entry);
    if (mine) this.made.push(entry);
    this.show(entry);
  }

  address(entry) {
    return this.at.itemUrl.replace("0", entry.id);
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
    const words = this.remaining === 1 ? "waits" : "wait";
    const done = this.done ? ` · ${this.done.toLocaleString()} done` : "";
    const count = this.page.querySelector("[data-count]");
    count.innerHTML = "<strong class='number'></strong><span class='number'></span>";
    count.firstChild.textContent = this.remaining.toLocaleString();
    count.lastChild.textContent = ` ${words}${done}`;
    const share = this.done / Math.max(1, this.done + this.remaining);
    this.page.querySelector("[data-progress]").style.transform = `scaleX(${share})`;
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
    else announce(by > 0 ? "That is the last one" : "That is the first one");
    if (by > 0) this.topUp();
  }

  // Show an entry; one that was decided before this page was loaded has to be fetched first.
  async open(id) {
    const entry = this.entries.find((candidate) => candidate.id === id);
    if (!entry.form) {
      const answer = await this.ask(() => load(this.address(entry)));
      if (!answer) return;
      entry.renew(answer.html);
      if (!entry.open) showState(entry);
    }
    this.show(entry);
  }

  decide(verdict, reason = "") {
    const entry = this.current;
    if (!entry?.open) return this.sayDecided(entry);
    const changed = isChanged(entry.form);
    if (verdict === "fix" && !changed) return this.askForChange(entry);
    const exact = verdict === "approve" && changed ? "fix" : verdict;
    const fields = fieldsOf(entry.form, exact, reason);
    Object.assign(entry, { state: "decided", verdict: exact });
    entry.pending += 1;
    this.made.push(entry);
    if (exact !== "skip") this.remaining -= 1;
    showState(entry);
    this.show(this.following(entry));
    this.sayDone(entry);
    this.outbox.add({
      send: () => send(entry.form.action, fields),
      done: (answer) => this.confirm(entry, answer),
      refused: (sentence) => this.takeRefusal(entry, exact, sentence),
    });
    this.topUp();
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
    this.hearRemaining(answer.remaining);
    document.body.dispatchEvent(new CustomEvent("review-changed"));
  }

  // The server said no. If the person can mend it, the sheet comes back as they left it.
  takeRefusal(entry, verdict, sentence) {
    entry.pending -= 1;
    this.made = this.made.filter((made) => made !== entry);
    Object.assign(entry, { state: "lost", sentence, verdict: "" });
    showState(entry);
    if (verdict !== "skip") this.remaining += 1;
    this.lastToast?.remove();
    toast(`${entry.name}: ${sentence}`, { tone: "danger" });
    announce(sentence);
    this.look(entry);
  }

  // Somebody else may have decided it, or only this wish was refused: the server knows.
  async look(entry) {
    const answer = await this.ask(() => load(this.address(entry)));
    if (answer && !answer.refusal) {
      Object.assign(entry, { state: "open", sentence: "" });
      showState(entry);
      if (!this.current) this.show(entry);
    }
    if (entry === this.current) this.stage.showMark();
    this.draw();
  }

  undo(entry = this.made.at(-1)) {
    if (!entry) return announce("There is nothing to take back");
    const was = entry.verdict;
    this.made = this.made.filter((made) => made !== entry);
    if (was !== "skip") this.remaining += 1;
    this.lastToast?.remove();
    entry.pending += 1;
    if (entry.form && !entry.form.dataset.decision) this.reopen(entry);
    announce(`${entry.name}: taken back. ${this.progress}`);
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
    this.hearRemaining(answer.remaining);
    document.body.dispatchEvent(new CustomEvent("review-changed"));
  }

  undoRefused(entry, was, sentence) {
    entry.pending -= 1;
    Object.assign(entry, { state: "decided", verdict: was });
    if (was !== "skip") this.remaining -= 1;
    if (entry.form) showState(entry);
    if (entry === this.current) this.stage.showMark();
    toast(`${entry.name}: ${sentence}`, { tone: "danger" });
    this.draw();
  }

  // Keep enough pictures ready behind the one on the page, and not too many in our hands.
  async topUp() {
    const open = this.entries.filter((entry) => entry.open);
    const ahead = open.length - open.indexOf(this.current) - 1;
    if (this.topping || ahead >= Number(this.at.ahead)) return;
    this.topping = true;
    const passed = open.slice(0, Math.max(0, open.indexOf(this.current) - KEPT));
    if (passed.length) this.letGo(passed);
    const answer = await this.ask(() => send(this.at.leaseUrl, this.known.map((id) => ["have", id])));
    this.topping = false;
    if (answer) this.take(answer);
  }

  // What is not to be handed out again: the skipped come back in their turn.
  get known() {
    const known = this.entries.filter((entry) => entry.open || entry.pending || entry.verdict !== "skip");
    return known.slice(-MOST_KNOWN).map((entry) => entry.id);
  }

  take({ sheets, remaining }) {
    this.lease?.fresh();
    this.hearRemaining(remaining, 0);
    for (const html of sheets) {
      const entry = Entry.fromHtml(html);
      const old = this.entries.find((known) => known.id === entry.id);
      if (old && (old.open || old.pending)) continue;
      this.entries = this.entries.filter((known) => known !== old);
      this.made = this.made.filter((made) => made !== old);
      entry.prepare();
      this.entries.push(entry);
    }
    if (!this.current) this.show(this.entries.find((entry) => entry.open && entry.form) ?? null);
    else this.draw();
  }

  letGo(entries) {
    this.entries = this.entries.filter((entry) => !entries.includes(entry));
    this.ask(() => send(this.at.releaseUrl, entries.map((entry) => ["have", entry.id])));
  }

  // The server's count is right once it knows of all that is on its way.
  hearRemaining(remaining, onItsWay = 1) {
    if (this.outbox.size > onItsWay) return;
    this.remaining = remaining;
    this.draw();
  }

  hearLost({ lost, remaining }) {
    for (const [id, sentence] of Object.entries(lost)) {
      const entry = this.entries.find((candidate) => candidate.id === id && candidate.open);
      if (!entry) continue;
      Object.assign(entry, { state: "lost", sentence });
      showState(entry);
      if (entry === this.current) this.stage.showMark();
      toast(`${entry.name}: ${sentence}`, { tone: "danger" });
    }
    this.hearRemaining(remaining, 0);
    this.topUp();
  }

  async ask(question) {
    try {
      return await question();
    } catch (error) {
      if (!(error instanceof Refused || error instanceof Unreachable)) throw error;
      toast(error.message, { tone: "danger" });
      return null;
    }
  }

  leave() {
    const held = this.entries.filter((entry) => entry.open);
    if (held.length) farewell(this.at.releaseUrl, held.map((entry) => ["have", entry.id]));
  }

  sayDone(entry) {
    const next = this.current ? `Next: ${this.current.name}. ${this.current.form.dataset.why}` : "Nothing waits any more.";
    announce(entry.verdict === "skip" ? `Skipped. ${next}` : `${entry.word}, ${this.progress}. ${next}`);
    this.lastToast?.remove();
    this.lastToast = toast(`${entry.word}: ${entry.name}`, { undo: () => this.undo(entry), label: "Undo · U" });
  }

  sayDecided(entry) {
    if (!entry) return;
    announce(entry.state === "lost" ? entry.sentence : `${entry.word} already. U takes it back.`);
  }

  askForChange(entry) {
    announce("Nothing is changed yet: 1 to 9 toggle a tag, T adds one.");
    toast("Nothing is changed yet: 1–9 toggle a suggestion, T adds a tag. Then E.");
    entry.form.querySelector("[data-add]").focus();
  }

  sayStuck(why, count) {
    this.stuckToast?.remove();
    const kept = count === 1 ? "1 decision is" : `${count} decisions are`;
    this.stuckToast = toast(`${why} ${kept} kept and sent again.`, { tone: "danger" });
  }

  sayFlowing() {
    this.stuckToast?.remove();
    toast("Connected again: everything is saved.");
  }
}
