// Decisions on their way: one after the other, kept and tried again while the server is out of reach.
// The page does not wait for them; it is told by `done` and `refused` what became of each.

import { Refused, Unreachable } from "./server.js";

const FIRST_WAIT = 1000;
const LONGEST_WAIT = 15000;

export class Outbox {
  constructor(voice) {
    Object.assign(this, { voice, tasks: [], busy: false });
    window.addEventListener("beforeunload", (event) => {
      if (this.tasks.length) event.preventDefault();
    });
  }

  get size() {
    return this.tasks.length;
  }

  add(task) {
    this.tasks.push(task);
    this.work();
  }

  async work() {
    if (this.busy) return;
    this.busy = true;
    while (this.tasks.length) {
      await this.deliver(this.tasks[0]);
      this.tasks.shift();
    }
    this.busy = false;
  }

  async deliver(task) {
    for (let wait = FIRST_WAIT; ; wait = Math.min(LONGEST_WAIT, wait * 2)) {
      try {
        const answer = await task.send();
        if (wait > FIRST_WAIT) this.voice.flowing();
        return task.done(answer);
      } catch (error) {
        if (error instanceof Refused) return task.refused(error.message);
        if (!(error instanceof Unreachable)) throw error;
        this.voice.stuck(error.message, this.size);
        await pause(wait);
      }
    }
  }
}

function pause(milliseconds) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    window.addEventListener("online", () => (clearTimeout(timer), resolve()), { once: true });
  });
}
