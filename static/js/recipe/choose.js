// The list of what can be added: typed to narrow it, arrows to go through it, Enter to take one.

export class Chooser {
  constructor(dialog) {
    this.dialog = dialog;
    this.field = dialog.querySelector("input");
    this.options = [...dialog.querySelectorAll("[data-choice]")];
    this.field.addEventListener("input", () => this.narrow());
    this.field.addEventListener("keydown", (event) => this.key(event));
    dialog.addEventListener("click", (event) => this.take(event.target.closest("[data-choice]")));
  }

  open(what, chosen) {
    this.what = what;
    this.chosen = chosen;
    this.field.value = "";
    this.dialog.querySelector("[data-title]").textContent = what === "check" ? "Add a check" : "Add a step";
    this.dialog.showModal();
    this.field.focus();
    this.narrow();
  }

  get shown() {
    return this.options.filter((one) => !one.hidden);
  }

  narrow() {
    const words = this.field.value.trim().toLowerCase().split(/\s+/);
    for (const one of this.options) {
      one.hidden = one.dataset.what !== this.what || !words.every((word) => one.textContent.toLowerCase().includes(word));
    }
    for (const group of this.dialog.querySelectorAll("[data-group]")) {
      group.hidden = !group.querySelector("[data-choice]:not([hidden])");
    }
    const named = this.shown.find((one) => one.dataset.choice.startsWith(this.field.value.trim().toLowerCase()));
    this.mark(named ?? this.shown[0]);
  }

  mark(option) {
    for (const one of this.options) one.setAttribute("aria-selected", String(one === option));
    this.field.setAttribute("aria-activedescendant", option?.id ?? "");
    option?.scrollIntoView({ block: "nearest" });
  }

  key(event) {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const { shown } = this;
    const now = shown.findIndex((one) => one.getAttribute("aria-selected") === "true");
    if (by) {
      event.preventDefault();
      this.mark(shown[(now + by + shown.length) % shown.length]);
    } else if (event.key === "Enter") {
      event.preventDefault();
      this.take(shown[now]);
    }
  }

  take(option) {
    if (!option) return;
    this.dialog.close();
    this.chosen(option.dataset.choice);
  }
}
