// The form side: says what was changed, and takes a new form without losing the place, what is open
// or what is being typed.

export class FormPane {
  constructor(root, { act, choose, point }) {
    Object.assign(this, { root, act, choose, point });
    root.addEventListener("change", (event) => this.changed(event.target));
    root.addEventListener("input", (event) => this.slid(event.target));
    root.addEventListener("click", (event) => this.clicked(event));
    root.addEventListener("keydown", (event) => this.key(event));
    root.addEventListener("focusin", (event) => this.focused(event.target));
    this.startDragging();
  }

  changed(field) {
    const { dataset, value } = field;
    if (dataset.path) return this.act({ do: "set", path: JSON.parse(dataset.path), as: dataset.as, value });
    if (dataset.for) return this.changed(document.getElementById(dataset.for));
    if (dataset.rename) return value.trim() && this.act({ do: "rename", path: JSON.parse(dataset.rename), value: value.trim() });
    if (dataset.format) return value && this.act({ do: "format", path: JSON.parse(dataset.format), value });
    if (dataset.add) return value.trim() && this.add(field, dataset.add, value.trim());
    return undefined;
  }

  add(field, what, value) {
    field.value = "";
    if (what === "include") return this.act({ do: "include", path: ["include"], value });
    if (what === "output") return this.act({ do: "output", path: ["outputs"], value });
    const [name, ...rest] = value.split("=");
    const words = rest.join("=").trim() || "1";
    return this.act({ do: "set", path: ["variables", name.trim().replace(/^\$/, "")], as: "plain", value: words });
  }

  // A slider or a colour says at once in its field what it would be.
  slid(field) {
    if (field.dataset.for) document.getElementById(field.dataset.for).value = field.value;
  }

  clicked(event) {
    const button = event.target.closest("button");
    if (!button || button.getAttribute("aria-disabled") === "true") return;
    const { dataset } = button;
    if (dataset.dropPath) this.act({ do: "drop", path: JSON.parse(dataset.dropPath) });
    if (dataset.choose) this.choose(dataset.choose, (value) => this.act({ do: dataset.choose, path: JSON.parse(dataset.json), value }));
    const card = button.closest("[data-card]");
    if (card && dataset.move) this.move(card, Number(dataset.move), dataset.move === "1" ? "-down" : "-up");
    if (card && "drop" in dataset) this.act({ do: "drop", path: JSON.parse(card.dataset.json) });
  }

  move(card, by, focus = "-s") {
    const to = Number(card.dataset.place) + by;
    if (to < 0 || to >= card.parentElement.childElementCount) return;
    this.act({ do: "move", path: JSON.parse(card.dataset.json), to }, focus);
  }

  key(event) {
    const card = event.target.closest("[data-card]");
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (card && by && event.altKey) {
      event.preventDefault();
      this.move(card, by);
    }
  }

  focused(element) {
    const lines = element.closest("[data-lines]")?.dataset.lines.split("-").map(Number);
    if (lines) this.point(...lines);
  }

  startDragging() {
    let dragged = null;
    this.root.addEventListener("pointerdown", (event) => {
      const card = event.target.closest("[data-grip]")?.closest("[data-card]");
      if (card) card.draggable = true;
    });
    this.root.addEventListener("dragstart", (event) => {
      dragged = event.target.closest?.("[data-card]");
      if (dragged) event.dataTransfer.effectAllowed = "move";
    });
    this.root.addEventListener("dragover", (event) => {
      const over = event.target.closest("[data-card]");
      if (!dragged || over?.parentElement !== dragged.parentElement) return;
      event.preventDefault();
      this.root.querySelector(".is-over")?.classList.remove("is-over");
      over.classList.add("is-over");
    });
    this.root.addEventListener("drop", (event) => {
      const over = event.target.closest("[data-card]");
      if (!dragged || !over || over === dragged) return;
      event.preventDefault();
      this.act({ do: "move", path: JSON.parse(dragged.dataset.json), to: Number(over.dataset.place) }, "-s");
    });
    this.root.addEventListener("dragend", () => {
      this.root.querySelector(".is-over")?.classList.remove("is-over");
      if (dragged) dragged.draggable = false;
      dragged = null;
    });
  }

  // The new form in the place of the old one.
  show(html, focus = "") {
    const open = new Set([...this.root.querySelectorAll("details[open]")].map((one) => one.id));
    const held = this.root.contains(document.activeElement) ? document.activeElement : null;
    const typed = held?.matches("input[type=text], textarea") && held.value !== held.defaultValue ? held.value : null;
    const [from, to] = typed === null ? [0, 0] : [held.selectionStart, held.selectionEnd];
    const top = this.root.scrollTop;
    this.root.innerHTML = html;
    for (const id of open) {
      const details = document.getElementById(id);
      if (details) details.open = true;
    }
    this.root.scrollTop = top;
    const next = this.find(focus) ?? (held?.id ? document.getElementById(held.id) : null);
    if (!next || !(focus || held)) return;
    next.closest("details")?.toggleAttribute("open", true);
    next.focus({ preventScroll: !focus });
    if (typed !== null && next.id === held.id) {
      next.value = typed;
      next.setSelectionRange(from, to);
    }
  }

  // What has the focus after a change: the thing itself, else what stands there now.
  find(focus) {
    if (!focus) return null;
    const [id, part] = focus;
    const found = document.getElementById(id + (part || "-s")) ?? document.getElementById(`${id}-s`) ?? document.getElementById(id);
    if (found) return found.getAttribute("aria-disabled") === "true" ? document.getElementById(`${id}-s`) : found;
    const before = id.replace(/\d+$/, (number) => String(Math.max(0, number - 1)));
    return document.getElementById(`${before}-s`) ?? document.getElementById("f-steps-add");
  }

  rest(on) {
    this.root.inert = on;
    this.root.classList.toggle("is-resting", on);
  }
}

