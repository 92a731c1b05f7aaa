// The page of near-duplicates: from group to group by keyboard, what to keep, and several groups at once.

import { registerKeys } from "./keys.js";
import { announce } from "./toast.js";

const place = document.getElementById("clusters");
const bar = document.getElementById("cluster-bar");
const clusters = () => [...(place?.querySelectorAll("[data-cluster]") ?? [])];
const current = () => document.activeElement?.closest?.("[data-cluster]") ?? null;
const boxOf = (cluster) => cluster?.querySelector("[data-cluster-check]");
const chosen = () => clusters().filter((cluster) => boxOf(cluster)?.checked);

function goTo(cluster) {
  if (!cluster) return;
  cluster.focus({ preventScroll: true });
  cluster.scrollIntoView({ block: "nearest" });
  announce(cluster.querySelector("h2").textContent);
}

function step(by) {
  const all = clusters();
  const at = all.indexOf(current());
  goTo(at < 0 ? all[0] : all[Math.min(all.length - 1, Math.max(0, at + by))]);
}

function keep(number) {
  const radio = current()?.querySelectorAll("input[name=keep]")[number - 1];
  if (!radio || radio.disabled) return;
  radio.checked = true;
  announce(`Keep number ${number}`);
}

function press(what) {
  current()?.querySelector(`button[name=what][value=${what}]`)?.click();
}

function show() {
  const count = chosen().length;
  for (const cluster of clusters()) cluster.classList.toggle("chosen", Boolean(boxOf(cluster)?.checked));
  bar.hidden = count === 0;
  document.body.classList.toggle("selecting", count > 0);
  bar.querySelector("[data-clusters-count]").textContent = `${count.toLocaleString()} selected`;
}

function toggle() {
  const box = boxOf(current());
  if (!box) return;
  box.checked = !box.checked;
  show();
}

function selectAll(on) {
  for (const cluster of clusters()) if (boxOf(cluster)) boxOf(cluster).checked = on;
  show();
}

function written(cluster) {
  const kept = cluster.querySelector("input[name=keep]:checked").value;
  const others = [...cluster.querySelectorAll("input[name=asset]")].map((field) => field.value);
  return [kept, ...others.filter((one) => one !== kept)].join(",");
}

async function doAll(what) {
  const groups = chosen().slice(0, 100);
  let done = false;
  const heard = (event) => {
    done = event.detail.successful;
  };
  document.body.addEventListener("htmx:afterRequest", heard, { once: true });
  await window.htmx.ajax("POST", place.dataset.decide, { values: { what, cluster: groups.map(written) }, swap: "none", source: document.body });
  if (!done) return;
  groups.forEach((cluster) => cluster.remove());
  show();
}

// After a group has gone the next one has the focus, so that the keys go on.
let following = null;
document.body.addEventListener("htmx:beforeSwap", (event) => {
  const gone = event.detail.target.closest?.("[data-cluster]");
  if (!gone || event.detail.xhr.status >= 400) return;
  const all = clusters();
  following = all[all.indexOf(gone) + 1] ?? all[all.indexOf(gone) - 1] ?? null;
});

function showRest(gone) {
  const rest = document.querySelector("[data-clusters-left]"); // not where one group alone is shown
  if (rest) {
    const left = Number(rest.dataset.clustersLeft) - gone;
    rest.dataset.clustersLeft = left;
    rest.textContent = `${left.toLocaleString("en")} ${left === 1 ? "group" : "groups"} of pictures that look the same`;
  }
  document.querySelector("[data-clusters-saving]")?.remove();
  const done = document.getElementById("clusters-done");
  done.hidden = place.childElementCount > 0;
  document.querySelector(".duplicates-help").hidden = !done.hidden;
  if (!done.hidden) done.focus();
}

// What was removed tells nobody any more: so the list is watched.
if (place) {
  new MutationObserver((changes) => {
    const gone = changes.flatMap((change) => [...change.removedNodes]).filter((node) => node.matches?.("[data-cluster]"));
    if (following?.isConnected && !place.contains(document.activeElement)) goTo(following);
    following = null;
    show();
    if (gone.length) showRest(gone.length);
  }).observe(place, { childList: true });
}

document.querySelectorAll("[data-submits]").forEach((field) => field.addEventListener("change", () => field.form.submit()));

if (place) {
  place.addEventListener("change", (event) => event.target.matches("[data-cluster-check]") && show());
  bar.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.matches("[data-clusters-none]")) selectAll(false);
    if (button.matches("[data-clusters-all]")) selectAll(true);
    if (button.dataset.clustersDo) doAll(button.dataset.clustersDo);
  });
}

const digits = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];
const within = () => Boolean(current());
const undo = () => [...document.querySelectorAll(".toast button")].at(-1)?.click();

registerKeys([
  { key: ["j", "ArrowDown"], label: "Next group", run: () => step(1), repeats: true },
  { key: ["k", "ArrowUp"], label: "Previous group", run: () => step(-1), repeats: true },
  { key: digits, run: (event) => keep(Number(event.key)), when: within },
  { key: "1–9", label: "Choose the picture of that number to keep", run: () => {} },
  { key: "a", label: "Keep it, bin the others", run: () => press("keep"), when: within },
  { key: "m", label: "Merge tags, then bin the others", run: () => press("merge"), when: within },
  { key: "v", label: "Link as variants", run: () => press("link"), when: within },
  { key: "n", label: "Not duplicates", run: () => press("dismiss"), when: within },
  { key: "x", label: "Choose the group", run: toggle, when: within },
  { key: ["u", "Ctrl+z"], label: "Undo", run: undo },
]);
