// Files dropped anywhere are uploaded, three at a time, each with its own bar; then what becomes of
// each is asked for until it is settled. What failed can be tried again.

import { csrfToken } from "./http.js";
import { announce, sentence } from "./toast.js";
import { renderRow, rowOf } from "./upload-row.js";

const AT_ONCE = 3;
const ASK_EVERY = 1200;
const SETTLED = new Set(["approved", "in_review", "refused", "rejected", "duplicate", "failed"]);

class Uploads {
  constructor(tray) {
    this.tray = tray;
    this.list = tray.querySelector("[data-upload-list]");
    this.items = [];
    this.asking = null;
  }

  add(files, given = {}) {
    const brand = this.tray.querySelector("[data-upload-brand]")?.value;
    const fields = given.asset || !brand ? given : { ...given, brand };
    for (const file of files) {
      const item = { file, fields, state: "waiting", progress: 0 };
      item.row = rowOf(item);
      this.items.push(item);
      this.list.prepend(item.row);
    }
    this.tray.hidden = false;
    this.next();
  }

  next() {
    const sending = this.items.filter((item) => item.state === "sending").length;
    const waiting = this.items.filter((item) => item.state === "waiting");
    waiting.slice(0, AT_ONCE - sending).forEach((item) => this.send(item));
    this.show();
  }

  send(item) {
    this.set(item, { state: "sending", progress: 0, reason: "" });
    const body = new FormData();
    for (const [name, value] of Object.entries(item.fields)) body.append(name, value);
    body.append("file", item.file);
    const request = new XMLHttpRequest();
    request.open("POST", this.tray.dataset.uploadUrl);
    request.setRequestHeader("X-CSRFToken", csrfToken());
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) this.set(item, { progress: event.loaded / event.total });
    });
    request.addEventListener("loadend", () => {
      this.answered(item, request);
      this.next();
    });
    request.send(body);
  }

  answered(item, request) {
    if (request.status !== 200 && request.status !== 201) {
      const reason = request.status ? sentence(request) : "The connection was lost. Nothing was kept of it.";
      this.set(item, { state: "failed", reason });
      return;
    }
    const answer = JSON.parse(request.responseText);
    const state = answer.outcome === "ingested" ? "processing" : answer.outcome;
    this.set(item, { ...answer, state, progress: 1 });
    if (state === "processing") this.ask();
  }

  set(item, change) {
    const before = item.state;
    Object.assign(item, change);
    renderRow(item);
    if (change.state && change.state !== before && SETTLED.has(change.state)) this.settled(item);
    this.show();
  }

  settled(item) {
    announce(`${item.file.name}: ${item.label}`);
    document.body.dispatchEvent(new CustomEvent("upload-settled", { detail: { item, last: !this.unsettled } }));
  }

  ask() {
    this.asking ??= setTimeout(async () => {
      this.asking = null;
      const open = this.items.filter((item) => item.state === "processing" && item.version);
      if (!open.length) return;
      await this.askFor(open.slice(0, 100));
      this.ask();
    }, ASK_EVERY);
  }

  async askFor(open) {
    const versions = open.map((item) => item.version).join(",");
    const response = await fetch(`${this.tray.dataset.statesUrl}?versions=${versions}`).catch(() => null);
    if (!response?.ok) return;
    const { states } = await response.json();
    for (const item of open) {
      const now = states[item.version];
      if (now) this.set(item, now);
    }
  }

  retry() {
    this.items.filter((item) => item.state === "failed").forEach((item) => this.set(item, { state: "waiting" }));
    this.next();
  }

  get unsettled() {
    return this.items.some((item) => !SETTLED.has(item.state));
  }

  get busy() {
    return this.items.some((item) => item.state === "waiting" || item.state === "sending");
  }

  show() {
    const settled = this.items.filter((item) => SETTLED.has(item.state)).length;
    const title = this.tray.querySelector("[data-upload-title]");
    title.textContent = settled === this.items.length ? `Uploads: ${settled} done` : `Uploads: ${settled} of ${this.items.length}`;
    this.tray.querySelector("[data-upload-retry]").hidden = !this.items.some((item) => item.state === "failed");
  }
}

function carriesFiles(event) {
  return [...(event.dataTransfer?.types ?? [])].includes("Files");
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
    const target = event.target.closest("[data-upload-asset]");
    uploads.add(event.dataTransfer.files, target ? { asset: target.dataset.uploadAsset } : {});
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

export function startUploads() {
  const tray = document.getElementById("uploads");
  if (!tray) return;
  const uploads = new Uploads(tray);
  const chooser = document.getElementById("upload-files");
  const choice = startBrandChoice(tray);
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-upload-open]");
    if (opener && choice) {
      tray.hidden = false;
      choice.focus();
    } else if (opener || event.target.closest("[data-upload-choose]")) chooser.click();
  });
  chooser.addEventListener("change", () => {
    uploads.add(chooser.files);
    chooser.value = "";
  });
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-version-form]");
    if (!form) return;
    event.preventDefault();
    uploads.add(form.elements.file.files, { asset: form.dataset.asset, note: form.elements.note.value });
    form.reset();
    form.closest("dialog").close();
  });
  tray.querySelector("[data-upload-retry]").addEventListener("click", () => uploads.retry());
  tray.querySelector("[data-upload-close]").addEventListener("click", () => {
    tray.hidden = true;
  });
  startDropping(uploads);
  window.addEventListener("beforeunload", (event) => uploads.busy && event.preventDefault());
}
