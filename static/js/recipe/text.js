// The YAML side: line numbers, faults at their lines, steps back and forward, line ends that keep
// their indentation. The text area itself is the truth: whatever stands in it is what is saved.

const PAUSE = 600; // milliseconds without a key after which typing is one step to go back

export class TextPane {
  constructor(area, { gutter, faults, changed }) {
    Object.assign(this, { area, gutter, list: faults, changed });
    this.past = [area.value];
    this.at = 0;
    this.typedAt = 0;
    area.addEventListener("input", () => this.typed());
    area.addEventListener("keydown", (event) => this.key(event));
    area.addEventListener("scroll", () => this.follow());
    faults.addEventListener("click", (event) => this.jump(event.target.closest("[data-line]")));
    this.number();
  }

  get value() {
    return this.area.value;
  }

  // Another text, from the form: the view and the caret stay where they were.
  set(text) {
    if (text === this.area.value) return;
    const { scrollTop, selectionStart } = this.area;
    this.area.value = text;
    this.area.setSelectionRange(selectionStart, selectionStart);
    this.area.scrollTop = scrollTop;
    this.remember();
    this.number();
  }

  typed() {
    const now = Date.now();
    this.remember(now - this.typedAt < PAUSE);
    this.typedAt = now;
    this.number();
    this.changed();
  }

  remember(same = false) {
    if (this.past[this.at] === this.area.value) return;
    const keep = same && this.at > 0 ? this.at : this.at + 1;
    this.past.splice(keep, Infinity, this.area.value);
    this.past.splice(1, Math.max(0, this.past.length - 300));
    this.at = this.past.length - 1;
  }

  step(by) {
    const to = this.at + by;
    if (to < 0 || to >= this.past.length) return;
    this.at = to;
    this.typedAt = 0;
    this.area.value = this.past[to];
    this.number();
    this.changed();
  }

  key(event) {
    const command = event.ctrlKey || event.metaKey;
    if (command && event.key.toLowerCase() === "z") {
      event.preventDefault();
      this.step(event.shiftKey ? 1 : -1);
    } else if (command && event.key.toLowerCase() === "y") {
      event.preventDefault();
      this.step(1);
    } else if (event.key === "Enter" && !command && !event.isComposing) {
      event.preventDefault();
      const { selectionStart: start, selectionEnd: end, value } = this.area;
      const line = value.slice(value.lastIndexOf("\n", start - 1) + 1, start);
      const indent = line.match(/^ */)[0] + (/^ *- .*:\s*$/.test(line) ? "    " : /:\s*$/.test(line) ? "  " : "");
      this.area.setRangeText(`\n${indent}`, start, end, "end");
      this.typed();
    }
  }

  number() {
    const count = this.area.value.split("\n").length;
    while (this.gutter.childElementCount > count) this.gutter.lastElementChild.remove();
    const fresh = [];
    for (let line = this.gutter.childElementCount + 1; line <= count; line += 1) {
      const number = document.createElement("span");
      number.textContent = String(line);
      fresh.push(number);
    }
    this.gutter.append(...fresh);
    this.follow();
  }

  follow() {
    this.gutter.scrollTop = this.area.scrollTop;
  }

  // Faults as buttons that lead to their places, and marks beside the lines.
  show(faults) {
    for (const marked of this.gutter.querySelectorAll(".is-wrong")) marked.classList.remove("is-wrong");
    for (const { line } of faults) this.gutter.children[line - 1]?.classList.add("is-wrong");
    this.list.replaceChildren(
      ...faults.map(({ line, column, sentence }) => {
        const item = document.createElement("li");
        const button = document.createElement("button");
        button.type = "button";
        button.dataset.line = line;
        button.dataset.column = column;
        const place = document.createElement("span");
        place.className = "number";
        place.textContent = line ? `Line ${line}` : "The recipe";
        button.append(place, ` ${sentence}`);
        item.append(button);
        return item;
      }),
    );
  }

  // Marks the lines of what is worked on in the form, and brings them in sight.
  point(first, last) {
    [...this.gutter.children].forEach((one, index) => one.classList.toggle("is-here", index + 1 >= first && index + 1 <= last));
    const height = this.area.scrollHeight / Math.max(1, this.gutter.childElementCount);
    const top = (first - 1) * height;
    if (top < this.area.scrollTop || top > this.area.scrollTop + this.area.clientHeight - 3 * height) {
      this.area.scrollTop = Math.max(0, top - this.area.clientHeight / 3);
    }
  }

  jump(button) {
    if (!button) return;
    const lines = this.area.value.split("\n");
    const line = Math.max(1, Number(button.dataset.line));
    const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
    const at = start + Math.max(0, Number(button.dataset.column) - 1);
    this.area.focus();
    this.area.setSelectionRange(at, Math.max(at, start + (lines[line - 1] ?? "").length));
    this.point(line, line);
  }
}
