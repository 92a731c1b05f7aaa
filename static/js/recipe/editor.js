// The editor of a recipe: form and YAML side by side, both of one text. The server reads it: here is
// only what is typed, what comes back, and that nothing of it is lost.

import { csrfToken } from "../http.js";
import { announce, toast } from "../toast.js";
import { registerKeys } from "../keys.js";
import { Chooser } from "./choose.js";
import { Drafts } from "./drafts.js";
import { FormPane } from "./form.js";
import { TextPane } from "./text.js";
import { startTrial } from "./trial.js";

const SOON = 250; // milliseconds after the last key
const page = document.querySelector("[data-recipe-editor]");
const part = (name) => page.querySelector(`[data-part="${name}"]`);
const state = { busy: Promise.resolve(), timer: 0, asked: 0 };

async function ask(text, act) {
  const body = new FormData();
  body.append("text", text);
  body.append("brand", page.querySelector("[name=brand]")?.value ?? page.dataset.brand);
  body.append("fixed", page.dataset.fixed);
  if (act) body.append("act", JSON.stringify(act));
  const answer = await fetch(page.dataset.formUrl, { method: "POST", body, headers: { "X-CSRFToken": csrfToken() } });
  if (answer.redirected || answer.status === 403) {
    throw new Error("You are signed out, or may not edit this any more. What you typed is kept in this browser.");
  }
  if (!answer.ok) throw new Error(`The server could not read this (${answer.status}). What you typed is kept.`);
  return answer.json();
}

function told(error) {
  const words = error instanceof TypeError ? "The server could not be reached. What you typed is kept in this browser." : error.message;
  part("state").textContent = words;
  part("state").dataset.tone = "danger";
}

const text = new TextPane(part("text"), { gutter: part("gutter"), faults: part("faults"), changed: later });
const chooser = new Chooser(document.getElementById("recipe-choose"));
const form = new FormPane(part("form"), { act, choose: (what, chosen) => chooser.open(what, chosen), point: (first, last) => text.point(first, last) });
const drafts = new Drafts(page.dataset.scope, JSON.parse(document.getElementById("recipe-saved")?.textContent ?? "null"));
const trial = startTrial(page, () => text.value);

function keep() {
  const kept = drafts.keep(text.value, part("note").value, page.querySelector("[name=after]").value);
  if (!kept) toast("This browser has no room for a draft: save soon.", { tone: "danger" });
}

function later() {
  keep();
  clearTimeout(state.timer);
  state.timer = setTimeout(check, SOON);
}

function show(answer, focus) {
  text.show(answer.faults);
  const { length } = answer.faults;
  const where = part("state");
  where.dataset.tone = length ? "danger" : "ok";
  where.textContent = length ? (length === 1 ? "One fault" : `${length} faults`) : "This is a recipe";
  form.rest(answer.form === null);
  part("unreadable").hidden = answer.form !== null;
  if (answer.form !== null) form.show(answer.form, focus);
  trial.outputs(answer.outputs);
}

// Answers to older texts are passed over: the newest is on its way.
async function check() {
  const sent = text.value;
  const turn = (state.asked += 1);
  try {
    const answer = await ask(sent);
    if (turn === state.asked && text.value === sent) show(answer);
  } catch (error) {
    told(error);
  }
}

// Changes of the form one after another, each made to the text as it is then.
function act(change, focus = "") {
  clearTimeout(state.timer);
  state.busy = state.busy.then(() => perform(change, focus));
  return state.busy;
}

async function perform(change, focus) {
  const sent = text.value;
  state.asked += 1;
  try {
    const answer = await ask(sent, change);
    if (text.value !== sent) return perform(change, focus);
    if (answer.refused) toast(answer.refused, { tone: "danger" });
    else if (change.do !== "set") announce("Done.");
    text.set(answer.text);
    keep();
    show(answer, answer.focus && [answer.focus, focus]);
  } catch (error) {
    told(error);
  }
  return undefined;
}

// With the version that it was made from: where another came since, saving tells.
function use(draft) {
  text.set(draft.text);
  part("note").value = draft.note;
  page.querySelector("[name=after]").value = draft.after;
}

// What was left here unsaved: of this tab it is put back, of others it is offered.
function bringBack() {
  const found = drafts.found();
  const own = found.find((one) => one.own);
  const conflict = page.dataset.conflict !== undefined;
  if (own && !conflict && own.text !== text.value) {
    use(own);
    toast("What you had not saved is back.", { undo: () => { text.set(drafts.saved ?? text.past[0]); later(); }, label: "Throw it away" });
    check();
  }
  const bar = part("drafts");
  for (const draft of found.filter((one) => !one.own)) {
    const row = bar.querySelector("template").content.firstElementChild.cloneNode(true);
    row.querySelector("[data-when]").textContent = new Date(draft.at).toLocaleString();
    row.querySelector("[data-use]").addEventListener("click", () => { use(draft); later(); row.remove(); });
    row.querySelector("[data-drop]").addEventListener("click", () => { drafts.drop(draft.key); row.remove(); });
    bar.append(row);
  }
}

function startPanes() {
  for (const button of page.querySelectorAll("[data-pane-button]")) {
    button.addEventListener("click", () => {
      page.dataset.pane = button.dataset.paneButton;
      for (const one of page.querySelectorAll("[data-pane-button]")) one.setAttribute("aria-pressed", String(one === button));
    });
  }
}

part("undo").addEventListener("click", () => text.step(-1));
part("redo").addEventListener("click", () => text.step(1));
part("note").addEventListener("input", keep);
page.querySelector("[name=brand]")?.addEventListener("change", check);
registerKeys([{ key: "Ctrl+s", label: "Save", run: () => part("save").requestSubmit() }]);
page.addEventListener("to-line", ({ detail }) => text.jump({ dataset: { line: detail, column: 1 } }));
startPanes();
bringBack();
