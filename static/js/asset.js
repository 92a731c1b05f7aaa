// The page of one asset: viewer, keys, copying links, remembering it for the jump palette.

import { csrfToken } from "./http.js";
import { startFocalPoint } from "./focal-point.js";
import { remember } from "./jump.js";
import { registerKeys } from "./keys.js";
import { offerTerms } from "./terms.js";
import { toast } from "./toast.js";
import { Viewer } from "./viewer.js";

const page = document.querySelector("[data-asset-page]");

async function copy(address) {
  const whole = new URL(address, location.href).href;
  try {
    await navigator.clipboard.writeText(whole);
    toast("The link is copied.");
  } catch (error) {
    if (!(error instanceof DOMException) && !(error instanceof TypeError)) throw error;
    toast(`Your browser does not let us copy. The link: ${whole}`);
  }
}

// An address that anybody may open who has it: the server signs it, if it may be given away.
async function copySigned(place) {
  const response = await fetch(place, {
    method: "POST",
    body: JSON.stringify({ options: "p=page" }),
    headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
  });
  const told = response.headers.get("Content-Type")?.includes("json") ? await response.json() : {};
  if (response.ok) await copy(told.path);
  else toast(told.detail ?? `That did not work (${response.status}).`);
}

function follow(selector) {
  document.querySelector(selector)?.click();
}

function prepareFilm() {
  document.querySelector('.film-frame[aria-current="page"]')?.scrollIntoView({ block: "nearest", inline: "center" });
  const next = document.querySelector("[data-next]")?.dataset.prefetch;
  if (next) new Image().src = next;
}

// Fields that are swapped in get their helpers, and the share of a colour its width.
function dress(root) {
  root.querySelectorAll("[data-terms]").forEach(offerTerms);
  root.querySelectorAll("[data-grow]").forEach((element) => {
    element.style.flexGrow = String(Math.max(Number(element.dataset.grow), 0.02) * 100);
  });
}

// A new version is shown by loading the page again: when nothing else is on its way, and only if
// there is one, since loading takes away the list that says why a file was refused.
function showNewVersions() {
  let arrived = false;
  document.body.addEventListener("upload-settled", (event) => {
    const { item, last } = event.detail;
    const came = item.version && !["duplicate", "failed"].includes(item.state);
    arrived ||= Boolean(came && item.fields.asset === page.dataset.uploadAsset);
    if (arrived && last) location.reload();
  });
}

function start() {
  remember(page.dataset.title, location.pathname);
  const element = document.querySelector("[data-viewer]");
  const viewer = element.querySelector("img") ? new Viewer(element) : null;
  const focal = viewer && startFocalPoint(element, viewer);
  dress(document);
  document.body.addEventListener("htmx:load", (event) => {
    dress(event.detail.elt);
    prepareFilm();
  });
  document.addEventListener("click", (event) => {
    const copied = event.target.closest("[data-copy]");
    if (copied) copy(copied.dataset.copy);
    const signed = event.target.closest("[data-sign]");
    if (signed) copySigned(signed.dataset.sign);
    const zoom = event.target.closest("[data-zoom]");
    if (zoom) viewer?.step(zoom.dataset.zoom);
  });
  document.addEventListener("focusin", (event) => {
    if (event.target.matches(".film-frame")) event.target.scrollIntoView({ block: "nearest", inline: "nearest" });
  });
  showNewVersions();
  registerKeys([
    { key: ["ArrowLeft", "k"], label: "Previous picture of the search", run: () => follow("[data-previous]") },
    { key: ["ArrowRight", "j"], label: "Next picture of the search", run: () => follow("[data-next]") },
    { key: "Space", label: "Fit, or full size", run: () => viewer?.step("fit") },
    { key: ["+", "="], label: "Zoom in", run: () => viewer?.step("in") },
    { key: "-", label: "Zoom out", run: () => viewer?.step("out") },
    { key: "f", label: "Focal point: what crops keep in", run: () => focal?.toggle() },
    { key: "t", label: "Add a tag", run: () => document.getElementById("tag-name")?.focus() },
    { key: "e", label: "Change title and description", run: () => follow("[data-edit]") },
    { key: "s", label: "Find similar pictures", run: () => follow('.menu-item[href*="like="]') },
    { key: "c", label: "Compare versions", run: () => follow('.menu-item[href*="/compare"]') },
    { key: "Escape", label: "Back to where one came from", run: () => follow("[data-back]") },
  ]);
}

start();
