// The sheet beside the picture: tags to toggle and add, a comment, and what is sent of them.

import { announce } from "../toast.js";

export function toggleSuggestion(form, digit) {
  const box = form.querySelector(`[data-digit="${digit}"][name=accept]`);
  if (!box || box.disabled) return false;
  box.checked = !box.checked;
  const name = box.closest("label").querySelector(".suggestion-name").textContent;
  announce(`${name}: ${box.checked ? "accepted" : "rejected"}`);
  showChanged(form);
  return true;
}

// Whether the reviewer changed the file's name, or anything about tags suggested, accepted or missing.
export function isChanged(form) {
  const boxes = [...form.querySelectorAll("[name=accept], [name=drop]")];
  const name = form.querySelector("[data-file-name]");
  if (name && name.value.trim() !== name.defaultValue) return true;
  return boxes.some((box) => box.checked !== box.defaultChecked) || form.querySelector("[name=add]") !== null;
}

export function showChanged(form) {
  form.classList.toggle("is-changed", isChanged(form));
}

export function addTag(form, text) {
  const name = text.trim().replace(/\s+/g, " ").toLowerCase();
  if (!name) return false;
  const known = [...form.querySelectorAll(".suggestion, .tag-chip")];
  const there = known.find((label) => labelName(label) === name);
  if (there) return tickAgain(form, there, name);
  const chip = document.createElement("li");
  chip.innerHTML = '<span class="chip tag-chip is-new"><span></span><input type="hidden" name="add"><button type="button" data-untag>×</button></span>';
  chip.querySelector("span span").textContent = name;
  chip.querySelector("input").value = name;
  chip.querySelector("button").ariaLabel = `Do not add ${name}`;
  form.querySelector(".tag-add").before(chip);
  announce(`${name} is added with the approval`);
  showChanged(form);
  return true;
}

function labelName(label) {
  return (label.querySelector(".suggestion-name") ?? label.querySelector("span")).textContent.trim().toLowerCase();
}

// The tag is there already: suggested (tick it) or marked for removal (keep it).
function tickAgain(form, label, name) {
  const box = label.querySelector("[name=accept], [name=drop]");
  if (box) box.checked = box.name === "accept";
  announce(`${name} is accepted`);
  showChanged(form);
  return true;
}

export function fieldsOf(form, verdict, reason = "") {
  const fields = [...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken");
  if (verdict === "reject") return [...fields.filter(([name]) => name === "comment"), ["reject", reason]];
  return [...fields, ["verdict", verdict]];
}

export function comment(form) {
  return form.querySelector("[data-comment]");
}

// A sheet shows by itself what has been decided, so that one can leaf back and take it back.
export function showState(entry) {
  const { form, open } = entry;
  form.dataset.state = entry.state;
  form.querySelector("[data-actions]").hidden = !open;
  const decided = form.querySelector("[data-decided]");
  decided.hidden = open;
  const words = form.querySelector("[data-decided-words]");
  if (!open && (entry.sentence || !words.textContent.trim())) {
    words.textContent = entry.sentence || `${entry.word} by you, just now.`;
  }
  decided.querySelector("[data-do=undo]").hidden = entry.state === "lost";
  decided.classList.toggle("warn", entry.state === "lost");
  for (const box of form.querySelectorAll("[name=accept], [name=drop], [data-add], [data-comment], [data-file-name]")) {
    box.disabled = !open;
  }
}
