// The frame around every page: theme, keys, toasts, menus, the jump palette, uploads.

import { keyCaps, keysAreOn, registerKeys, registeredKeys, switchKeys } from "./keys.js";
import { startFocus } from "./focus.js";
import { startJump } from "./jump.js";
import { startLive } from "./live.js";
import { startPlaceholders } from "./placeholder.js";
import { startSearchField } from "./search-field.js";
import { startTheme } from "./theme.js";
import { startToasts } from "./toast.js";
import { startUploads } from "./upload.js";

function showKeys() {
  const dialog = document.getElementById("keys-dialog");
  if (!dialog) return;
  const rows = registeredKeys().filter((entry) => entry.label).flatMap((entry) => {
    const keys = document.createElement("dt");
    keys.append(...keyCaps(entry.key));
    const words = document.createElement("dd");
    words.textContent = entry.label;
    return [keys, words];
  });
  dialog.querySelector("[data-keys-list]").replaceChildren(...rows);
  dialog.querySelector("[data-keys-on]").checked = keysAreOn();
  dialog.showModal();
}

function startDialogs(jump) {
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
    if (event.target.closest("[data-keys-open]")) showKeys();
    if (event.target.closest("[data-jump-open]")) jump();
    const opener = event.target.closest("[data-dialog]");
    if (opener) document.getElementById(opener.dataset.dialog).showModal();
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      const inside = menu.contains(event.target);
      if (!inside || event.target.closest("button.menu-item")) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.querySelector("details[data-menu][open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
    event.preventDefault();
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-keys-on]")) switchKeys(event.target.checked);
  });
}

// Where the menu of the settings is a row that scrolls, the page's own entry is in sight.
function showOwnEntry() {
  document.querySelector(".settings-menu [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
}

function start() {
  const jump = startJump();
  startTheme();
  startToasts();
  startDialogs(jump);
  startFocus();
  startLive();
  startPlaceholders();
  startSearchField();
  startUploads();
  showOwnEntry();
  registerKeys([
    { key: "/", label: "Search", run: () => document.getElementById("search-field")?.select() },
    { key: "Ctrl+k", label: "Jump anywhere", run: jump },
    { key: "?", label: "The keys of this page", run: showKeys },
  ]);
  document.body.addEventListener("htmx:load", (event) => {
    startLive(event.detail.elt);
    startPlaceholders(event.detail.elt);
  });
}

start();
