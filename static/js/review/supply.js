// Where the pictures come from: enough ready behind the one on the page, none held for longer than
// somebody is there, all let go of when the page is left.

import { toast } from "../toast.js";
import { Entry } from "./entry.js";
import { Lease } from "./lease.js";
import { Refused, Unreachable, farewell, send } from "./server.js";
import { showState } from "./sheet.js";

const KEPT = 12; // pictures passed by without a decision: the oldest are let go of
const MOST_KNOWN = 200;
const LOOK_AGAIN = 20_000;

export class Supply {
  constructor(session) {
    this.session = session;
    this.fetching = false;
    this.lease = new Lease({
      seconds: Number(session.at.leaseSeconds),
      url: session.at.heartbeatUrl,
      label: session.page.querySelector("[data-lease]"),
      held: () => this.open.map((entry) => entry.id),
      lost: (answer) => this.hearLost(answer),
    });
    window.addEventListener("pagehide", () => this.leave());
    setInterval(() => !session.current && !document.hidden && this.topUp(), LOOK_AGAIN);
  }

  get open() {
    return this.session.entries.filter((entry) => entry.open);
  }

  async topUp() {
    const { session, open } = this;
    const here = open.indexOf(session.current);
    if (this.fetching || open.length - here - 1 >= Number(session.at.ahead)) return;
    this.fetching = true;
    session.voice.showCount();
    const passed = open.slice(0, Math.max(0, here - KEPT));
    if (passed.length) this.letGo(passed);
    const answer = await this.ask(() => send(session.at.leaseUrl, this.known.map((id) => ["have", id])));
    this.fetching = false;
    if (answer) this.take(answer);
  }

  // What is not to be handed out again: the skipped come back in their turn.
  get known() {
    const known = this.session.entries.filter((entry) => entry.open || entry.pending || entry.verdict !== "skip");
    return known.slice(-MOST_KNOWN).map((entry) => entry.id);
  }

  take({ sheets, remaining }) {
    const { session } = this;
    for (const html of sheets) {
      const entry = Entry.fromHtml(html);
      const old = session.entries.find((known) => known.id === entry.id);
      if (old && (old.open || old.pending)) continue;
      session.entries = session.entries.filter((known) => known !== old);
      session.made = session.made.filter((made) => made !== old);
      entry.prepare();
      session.entries.push(entry);
    }
    this.hearRemaining(remaining, 0);
    const next = session.current ? null : this.open.find((entry) => entry.form);
    if (next) session.show(next);
    else session.draw();
  }

  letGo(entries) {
    this.session.entries = this.session.entries.filter((entry) => !entries.includes(entry));
    this.ask(() => send(this.session.at.releaseUrl, entries.map((entry) => ["have", entry.id])));
  }

  // The server's count is right once it knows of all that is on its way.
  hearRemaining(remaining, onItsWay = 1) {
    if (this.session.outbox.size > onItsWay) return;
    this.session.remaining = remaining;
    this.session.draw();
  }

  hearLost({ lost, remaining }) {
    const { session } = this;
    for (const [id, sentence] of Object.entries(lost)) {
      const entry = this.open.find((candidate) => candidate.id === id);
      if (!entry) continue;
      Object.assign(entry, { state: "lost", sentence });
      showState(entry);
      if (entry === session.current) session.stage.showMark();
      session.voice.refused(entry, sentence);
    }
    this.hearRemaining(remaining, 0);
    this.topUp();
  }

  // Ask the server now; what it refuses is said, and null comes back.
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
    if (this.open.length) farewell(this.session.at.releaseUrl, this.open.map((entry) => ["have", entry.id]));
  }
}
