// What the selection bar does with the chosen pictures.

import { csrfToken } from "./http.js";
import { offerTerms } from "./terms.js";
import { toast } from "./toast.js";

const MOST = 500; // as many as the server takes at once

async function send(url, values) {
  let xhr = null;
  const keep = (event) => {
    xhr = event.detail.xhr;
  };
  document.body.addEventListener("htmx:afterRequest", keep, { once: true });
  await window.htmx.ajax("POST", url, { values, swap: "none", source: document.body });
  return xhr;
}

function capped(selection) {
  if (selection.size > MOST) toast(`Only the first ${MOST} were taken: that many go at once.`);
  return selection.ids.slice(0, MOST);
}

function download(url, ids) {
  submit(url, ids.map((id) => ["asset", id]));
}

function submit(url, values) {
  const form = document.createElement("form");
  form.method = "post";
  form.action = url;
  form.hidden = true;
  const fields = [["csrfmiddlewaretoken", csrfToken()], ...values];
  for (const [name, value] of fields) {
    const field = document.createElement("input");
    field.name = name;
    field.value = value;
    form.append(field);
  }
  document.body.append(form);
  form.submit();
  form.remove();
}

// As many as are chosen, in one field: thousands of fields would be too many for a form.
function submitIds(url, ids) {
  submit(url, [["assets", ids.join(",")]]);
}

async function takeAway(selection, url, values) {
  const ids = values.asset;
  const xhr = await send(url, values);
  if (!xhr || xhr.status >= 400) return;
  const gone = xhr.getResponseHeader("X-Gone")?.split(",") ?? ids;
  gone.forEach((id) => document.querySelector(`[data-grid] [data-asset="${id}"]`)?.remove());
  selection.remove(gone);
}

async function selectAll(selection, bar) {
  selection.all();
  if (!bar.dataset.idsUrl) return;
  const response = await fetch(bar.dataset.idsUrl);
  if (response.ok) selection.add((await response.json()).ids);
}

export function startBulk(selection) {
  const bar = document.getElementById("selection-bar");
  if (!bar) return;
  bar.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.matches("[data-select-none]")) selection.clear();
    if (button.matches("[data-select-all]")) selectAll(selection, bar);
    if (button.matches("[data-collect]")) send(button.dataset.collect, { asset: capped(selection) });
    if (button.matches("[data-uncollect]")) takeAway(selection, button.dataset.uncollect, { asset: capped(selection), remove: "1" });
    if (button.matches("[data-download]")) download(bar.dataset.downloadUrl, capped(selection));
    if (button.matches("[data-list]")) download(bar.dataset.listUrl, capped(selection));
    if (button.matches("[data-rename-url]")) submitIds(button.dataset.renameUrl, selection.ids);
    if (button.matches("[data-render-url]")) submitIds(button.dataset.renderUrl, selection.ids);
    if (button.matches("[data-bin]")) takeAway(selection, bar.dataset.binUrl, { asset: capped(selection) });
  });
  const form = document.querySelector("[data-tag-form]");
  form?.addEventListener("submit", (event) => {
    const values = { name: form.elements.name.value, state: event.submitter?.value ?? "accepted", asset: capped(selection) };
    send(bar.dataset.tagUrl, values);
    form.reset();
  });
  const kinds = document.querySelector("[data-category-form]");
  kinds?.addEventListener("submit", () => {
    send(bar.dataset.categoryUrl, { category: kinds.elements.category.value, asset: capped(selection) });
  });
  document.querySelectorAll("[data-terms]").forEach(offerTerms);
}
