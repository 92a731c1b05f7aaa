// The review page: what its keys and buttons do. The keys are listed by `?`, see ../keys.js.

import { registerKeys } from "../keys.js";
import { Session } from "./session.js";
import { addTag, comment, showChanged, toggleSuggestion } from "./sheet.js";
import { startTerms } from "./terms.js";

const page = document.getElementById("review");
const session = new Session(page);
const { stage } = session;

const form = () => session.current?.form;
const rejecting = () => form()?.querySelector("[data-reject][open]") ?? null;

const actions = {
  previous: () => session.step(-1),
  next: () => session.step(1),
  zoom: () => stage.zoom(),
  compare: () => stage.toggleCompare(),
  undo: () => session.undo(session.current?.state === "decided" ? session.current : undefined),
  again: () => session.supply.topUp(),
};

function decide(verdict, reason = "") {
  const menu = rejecting();
  if (menu) menu.open = false;
  if (reason === "other" && !comment(form()).value.trim()) return askForReason();
  session.decide(verdict, reason);
}

// "Another reason" is no reason until it is said: Enter in the comment then rejects.
function askForReason() {
  const field = comment(form());
  field.dataset.then = "other";
  field.placeholder = "What is the reason? Enter rejects, Esc leaves it";
  field.focus();
}

function openReject() {
  const menu = form()?.querySelector("[data-reject]");
  if (!session.current?.open) return session.voice.decided(session.current);
  menu.open = !menu.open;
  if (menu.open) menu.querySelector("button").focus();
}

function digit(number) {
  const menu = rejecting();
  if (!menu) return form() && toggleSuggestion(form(), number);
  const button = menu.querySelector(`[data-digit="${number}"]`);
  if (button) decide("reject", button.value);
}

page.addEventListener("click", (event) => {
  const button = event.target.closest("[data-do]");
  if (button) {
    event.preventDefault();
    actions[button.dataset.do]();
  }
  if (event.target.closest("[data-untag]")) {
    event.target.closest("li").remove();
    showChanged(form());
  }
});

// A button or box that was pressed by hand lets go of the focus: the space bar zooms again.
page.addEventListener("click", (event) => {
  const pressed = event.detail > 0 && document.activeElement;
  if (pressed && pressed.matches("button, summary, input[type=checkbox]")) pressed.blur();
});

page.addEventListener("submit", (event) => {
  event.preventDefault();
  const { name, value } = event.submitter ?? {};
  if (name === "reject") decide("reject", value);
  if (name === "verdict") decide(value);
});

page.addEventListener("input", (event) => {
  if (event.target.matches("[data-file-name]")) showChanged(form());
});

page.addEventListener("change", (event) => {
  if (event.target.matches("[name=accept], [name=drop]")) showChanged(form());
});

page.addEventListener("keydown", (event) => {
  const { target, key } = event;
  if (key === "Escape" && target.matches("[data-add], [data-comment], [data-file-name]")) {
    delete target.dataset.then;
    target.blur();
  }
  if (key === "Escape" && rejecting()) {
    rejecting().querySelector("summary").focus();
    rejecting().open = false;
  }
  if (key !== "Enter" || event.isComposing) return;
  if (target.matches("[data-add]")) {
    event.preventDefault();
    if (addTag(form(), target.value)) target.value = "";
    else target.blur();
  }
  if (target.matches("[data-file-name]")) {
    event.preventDefault();
    target.blur();
    session.decide("fix");
  }
  if (target.matches("[data-comment]") && !event.shiftKey) {
    event.preventDefault();
    const then = target.dataset.then;
    delete target.dataset.then;
    target.blur();
    if (then && target.value.trim()) decide("reject", then);
  }
});

// The menu closes when somebody clicks elsewhere, as menus do.
document.addEventListener("pointerdown", (event) => {
  const menu = rejecting();
  if (menu && !menu.contains(event.target)) menu.open = false;
});

for (const kind of ["pointerdown", "keydown"]) {
  page.querySelector('[data-hold="before"]').addEventListener(kind, (event) => {
    if (kind === "pointerdown" || event.key === "Enter") stage.before(true);
  });
}
for (const kind of ["pointerup", "pointerleave", "keyup", "blur"]) {
  page.querySelector('[data-hold="before"]').addEventListener(kind, () => stage.before(false));
}

const digits = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];
const working = () => Boolean(session.current);
const writing = () => document.activeElement?.matches("textarea, input[type=text]"); // has an undo of its own

registerKeys([
  { key: ["k", "ArrowLeft"], label: "Previous picture", run: actions.previous, repeats: true },
  { key: ["j", "ArrowRight"], label: "Next picture", run: actions.next, repeats: true },
  { key: "a", label: "Approve", run: () => decide("approve"), when: working },
  { key: "x", label: "Reject: then 1–7 for the reason", run: openReject, when: working },
  { key: "e", label: "Fix and approve", run: () => decide("fix"), when: working },
  { key: "s", label: "Skip, back to the queue", run: () => decide("skip"), when: working },
  { key: ["u", "Ctrl+z"], label: "Undo", run: () => actions.undo(), when: () => !writing() },
  { key: digits, run: (event) => digit(event.key), when: working },
  { key: "1–9", label: "Toggle the suggestion of that number", run: () => {} },
  { key: "t", label: "Add a tag", run: () => form().querySelector("[data-add]").focus(), when: working },
  { key: "m", label: "Comment", run: () => comment(form())?.focus(), when: working },
  { key: "c", label: "Compare with the version before", run: actions.compare, when: working },
  { key: "b", label: "Hold: show the version before", run: () => stage.before(true), release: () => stage.before(false) },
  { key: "Space", label: "Fit or 100 %", run: actions.zoom, when: working },
  { key: "Escape", run: () => stage.endCompare(), when: () => Boolean(stage.compare) },
]);

startTerms(page, page.querySelector("datalist"));
// What a test may look at; nothing on the page depends on it.
page.session = session;
