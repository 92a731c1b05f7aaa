// One line of the upload list: what the file is, how far it is, what became of it, and what one can do.

const WORDS = {
  waiting: "Waiting",
  arrived: "Taking it in",
  processing: "Processing",
  approved: "In the library",
  in_review: "Waiting for review",
  rejected: "Rejected",
  refused: "Refused",
  superseded: "A newer version came",
  duplicate: "In the library already",
  described: "Sidecar taken",
  failed: "Failed",
};

const percent = (item) => `${Math.floor(item.progress * 100)} %`;

export function labelOf(item) {
  if (item.state === "sending") return `Uploading ${percent(item)}`;
  if (item.state === "paused") return `Paused at ${percent(item)}`;
  if (item.state === "interrupted") return `Interrupted at ${percent(item)}`;
  if (item.state === "lost") {
    return item.reason ? `Waiting at ${percent(item)}` : `Connection lost, carrying on at ${percent(item)}`;
  }
  return WORDS[item.state];
}

// The actions of each state: the icon, what it is called, and the method of the list.
const ACTIONS = {
  sending: [["pause", "Pause", "pause"], ["close", "Cancel", "cancel"]],
  lost: [["pause", "Pause", "pause"], ["close", "Cancel", "cancel"]],
  paused: [["play", "Carry on with", "resume"], ["close", "Cancel", "cancel"]],
  failed: [["retry", "Try again:", "retryOne"], ["close", "Remove", "remove"]],
  interrupted: [["upload", "Choose again:", "choose"], ["close", "Discard", "discard"]],
};

function element(name, className, text = "") {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon small");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${document.getElementById("uploads").dataset.icons}#${name}`);
  svg.append(use);
  return svg;
}

export function rowOf(item) {
  const row = element("li", "upload");
  const words = element("div", "upload-words");
  const bar = document.createElement("progress");
  bar.max = 1;
  bar.setAttribute("aria-label", `Upload of ${item.name}`);
  const name = element("span", "truncate", item.name);
  name.title = item.name;
  words.append(name, element("span", "upload-state small"), bar);
  if (item.sidecar) name.append(element("span", "muted", ` with ${item.sidecar.name}`));
  const picture = element("span", "upload-picture");
  picture.append(icon("file"));
  row.append(picture, words, element("span", "upload-actions"));
  row.item = item;
  return row;
}

function show(row, item, label) {
  const state = row.querySelector(".upload-state");
  state.textContent = [item.reason ? `${label}: ${item.reason}` : label, item.aside].filter(Boolean).join(" · ");
  if (item.address) state.append(" · ", linkTo(item.address, item.state === "duplicate" ? "Show it" : "Open"));
  for (const { text, address } of item.hints ?? []) state.append(" · ", linkTo(address, text));
}

function linkTo(address, words) {
  const link = element("a", "", words);
  link.href = address;
  return link;
}

function showPicture(row, item) {
  const place = row.querySelector(".upload-picture");
  if (!item.thumbnail || place.querySelector("img")) return;
  const image = document.createElement("img");
  image.src = item.thumbnail;
  image.alt = "";
  place.replaceChildren(image);
}

function showActions(row, item) {
  if (row.dataset.state === item.state) return;
  const place = row.querySelector(".upload-actions");
  const held = place.contains(document.activeElement);
  const buttons = (ACTIONS[item.state] ?? []).map(([picture, words, method]) => {
    const button = element("button", "button plain compact icon-only");
    button.type = "button";
    button.dataset.do = method;
    button.setAttribute("aria-label", `${words} ${item.name}`);
    button.title = words.replace(/:| with$/, "");
    button.append(icon(picture));
    return button;
  });
  place.replaceChildren(...buttons);
  if (held) (buttons[0] ?? document.querySelector("[data-upload-close]")).focus();
}

export function renderRow(item) {
  const { row, state } = item;
  if (!row) return;
  showActions(row, item);
  row.dataset.state = state;
  const bar = row.querySelector("progress");
  const measured = ["sending", "lost", "paused", "interrupted"].includes(state);
  bar.hidden = !measured && !["arrived", "processing"].includes(state);
  if (measured) bar.value = item.progress;
  else bar.removeAttribute("value");
  show(row, item, labelOf(item));
  showPicture(row, item);
}
