// Files that are dropped anywhere, chosen, or given in a form are uploaded: this connects the page
// with the list of uploads. What sends them is loaded with the first file (upload-engine.js).

import { toast } from "./toast.js";
import { entriesOf, meantFiles, takeFiles } from "./upload-files.js";
import { leftBy } from "./upload-memory.js";
import { startQuota } from "./upload-quota.js";
import { paired } from "./upload-sidecars.js";
import { Uploads } from "./upload-queue.js";
import { Tray } from "./upload-tray.js";

function carriesFiles(event) {
  return [...(event.dataTransfer?.types ?? [])].includes("Files");
}

async function takeDrop(uploads, event) {
  const target = event.target.closest("[data-upload-asset]");
  const fields = target ? { asset: target.dataset.uploadAsset } : {};
  const unread = await takeFiles(entriesOf(event.dataTransfer), (pairs) => uploads.add(pairs, fields));
  if (unread.length) toast(`Your browser could not read: ${unread.join(", ")}.`, { tone: "danger" });
}

function startDropping(uploads) {
  const veil = document.getElementById("drop-veil");
  const field = document.querySelector("[data-search]");
  document.addEventListener("dragover", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    veil.hidden = Boolean(field?.contains(event.target));
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) veil.hidden = true;
  });
  document.addEventListener("drop", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    veil.hidden = true;
    takeDrop(uploads, event);
  });
}

// Which brand the files go to is kept from visit to visit. Returns the list, where there is a choice.
function startBrandChoice(tray) {
  const choice = tray.querySelector("select[data-upload-brand]");
  if (!choice) return null;
  const kept = localStorage.getItem("loupe.brand");
  if ([...choice.options].some((option) => option.value === kept)) choice.value = kept;
  choice.addEventListener("change", () => localStorage.setItem("loupe.brand", choice.value));
  return choice;
}

function startChoosing(tray, uploads) {
  const choice = startBrandChoice(tray);
  const [files, folder] = ["upload-files", "upload-folder"].map((id) => document.getElementById(id));
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-upload-folder]")) folder.click();
    else if (event.target.closest("[data-upload-choose]")) files.click();
    else if (event.target.closest("[data-upload-open]")) {
      tray.hidden = false;
      (choice ?? tray.querySelector("[data-upload-choose]")).focus();
      if (!choice) files.click();
    }
  });
  for (const chooser of [files, folder]) {
    chooser.addEventListener("change", () => {
      uploads.add(paired(chooser === folder ? meantFiles(chooser.files) : chooser.files));
      chooser.value = "";
    });
  }
}

function startForms(uploads) {
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-version-form]");
    if (!form) return;
    event.preventDefault();
    uploads.add(paired(form.elements.file.files), { asset: form.dataset.asset, note: form.elements.note.value });
    form.reset();
    form.closest("dialog").close();
  });
}

function close(tray) {
  const held = tray.contains(document.activeElement);
  tray.hidden = true;
  if (held) document.querySelector("[data-upload-open]")?.focus();
}

function startButtons(tray, uploads) {
  const pressed = {
    "[data-upload-retry]": () => uploads.retryAll(),
    "[data-upload-hold]": () => uploads.holdOrGoOn(),
    "[data-upload-cancel]": () => uploads.cancelAll(),
    "[data-upload-clear]": () => uploads.clear(),
    "[data-upload-close]": () => close(tray),
  };
  tray.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault(); // what else Escape does on the page is not meant
    close(tray);
  });
  tray.addEventListener("click", (event) => {
    for (const [which, act] of Object.entries(pressed)) if (event.target.closest(which)) act();
    const button = event.target.closest("[data-do]");
    const item = button?.closest(".upload").item;
    if (!item) return;
    if (button.dataset.do === "choose") document.getElementById("upload-files").click();
    else uploads[button.dataset.do](item);
  });
}

// Uploads that a closed page, a crash or a reload left behind wait in the list for their file.
async function offerInterrupted(tray, uploads) {
  const left = leftBy(tray.dataset.person);
  if (!left.length) return;
  const response = await fetch(tray.dataset.tusUrl, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!response?.ok) return;
  const there = new Map((await response.json()).uploads.map((one) => [one.upload, one]));
  for (const { key, name, address } of left) {
    const known = there.get(new URL(address, location.href).pathname);
    if (!known?.length) continue;
    const reason = "choose or drop the file again to carry on.";
    const progress = known.offset / known.length;
    uploads.enter({ name, key, fields: {}, state: "interrupted", progress, reason, place: known.upload });
  }
}

export function startUploads() {
  const tray = document.getElementById("uploads");
  if (!tray) return;
  const view = new Tray(tray);
  const uploads = new Uploads(tray, view);
  view.watch(uploads);
  startChoosing(tray, uploads);
  startForms(uploads);
  startButtons(tray, uploads);
  startDropping(uploads);
  startQuota(tray);
  offerInterrupted(tray, uploads);
  window.addEventListener("beforeunload", (event) => uploads.busy && event.preventDefault());
}
