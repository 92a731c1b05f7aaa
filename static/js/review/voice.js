// What the page says: aloud for screen readers, as toasts with a way back, and as the count.

import { announce, toast } from "../toast.js";

const PACE_FROM = 5; // decisions

export class Voice {
  constructor(session) {
    this.session = session;
    this.page = session.page;
    this.toast = this.stuckToast = null;
  }

  showCount() {
    const { remaining, done, current, supply } = this.session;
    const count = this.page.querySelector("[data-count]");
    count.innerHTML = "<strong class='number'></strong><span class='number'></span>";
    count.firstChild.textContent = remaining.toLocaleString();
    const made = done ? ` · ${done.toLocaleString()} done` : "";
    count.lastChild.textContent = ` ${remaining === 1 ? "waits" : "wait"}${made}${this.pace}`;
    this.page.querySelector("[data-progress]").style.transform = `scaleX(${done / Math.max(1, done + remaining)})`;
    this.page.classList.toggle("is-fetching", !current && Boolean(supply?.fetching));
    if (!current) this.showDone(remaining);
  }

  showDone(remaining) {
    const words = this.page.querySelector("[data-done-words]");
    words.dataset.usual ??= words.textContent;
    const others = `${remaining.toLocaleString()} more ${remaining === 1 ? "waits" : "wait"}, but somebody else is looking just now.`;
    words.textContent = remaining ? others : words.dataset.usual;
  }

  // How fast the person goes, once there is something to tell: nobody else sees it.
  get pace() {
    const { times } = this.session;
    if (times.length < PACE_FROM) return "";
    const minutes = Math.max(times.at(-1) - times[0], 1000) / 60_000;
    const rate = Math.round((times.length - 1) / minutes);
    return rate > 0 ? ` · ${rate} a minute` : "";
  }

  done(entry) {
    const { current, progress } = this.session;
    const next = current ? `Next: ${current.name}. ${current.form.dataset.why}` : "Nothing more is ready.";
    announce(entry.verdict === "skip" ? `Skipped. ${next}` : `${entry.word}, ${progress}. ${next}`);
    this.toast?.remove();
    this.toast = toast(`${entry.word}: ${entry.name}`, { undo: () => this.session.undo(entry), label: "Undo · U" });
  }

  undone(entry) {
    this.toast?.remove();
    announce(`${entry.name}: taken back. ${this.session.progress}`);
  }

  nothingToUndo() {
    announce("There is nothing to take back");
  }

  decided(entry) {
    if (!entry) return;
    announce(entry.state === "lost" ? entry.sentence : `${entry.word} already. U takes it back.`);
  }

  refused(entry, sentence) {
    this.toast?.remove();
    toast(`${entry.name}: ${sentence}`, { tone: "danger" });
    announce(sentence);
  }

  askForChange(entry) {
    announce("Nothing is changed yet: 1 to 9 toggle a tag, T adds one.");
    toast("Nothing is changed yet: 1–9 toggle a suggestion, T adds a tag. Then E.");
    entry.form.querySelector("[data-add]").focus();
  }

  end(by) {
    announce(by > 0 ? "That is the last one" : "That is the first one");
  }

  stuck(why, count) {
    this.stuckToast?.remove();
    const kept = count === 1 ? "1 decision is" : `${count} decisions are`;
    this.stuckToast = toast(`${why} ${kept} kept and sent again.`, { tone: "danger" });
  }

  flowing() {
    this.stuckToast?.remove();
    toast("Connected again: everything is saved.");
  }
}
