// A line above the list of uploads when little is left of one's quota.

const ENOUGH = 0.8; // of the quota: up to here nothing is said
const UNITS = ["bytes", "KiB", "MiB", "GiB", "TiB"];

function size(bytes) {
  const power = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log2(bytes || 1) / 10)));
  const digits = power ? 1 : 0;
  return `${(bytes / 1024 ** power).toLocaleString("en", { maximumFractionDigits: digits })} ${UNITS[power]}`;
}

async function look(tray, line) {
  const response = await fetch(tray.dataset.meUrl, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!response?.ok) return;
  const { used_bytes: used, quota_bytes: quota } = (await response.json()).storage;
  line.hidden = !quota || used < ENOUGH * quota;
  const share = Math.floor((100 * used) / quota);
  line.textContent = line.hidden ? "" : `${size(used)} of your quota of ${size(quota)} are used (${share} %).`;
}

// Looks when the list is opened, and when everything in it has come to its end.
export function startQuota(tray) {
  if (!tray.dataset.meUrl) return; // there is no quota
  const line = tray.querySelector("[data-upload-quota]");
  new MutationObserver(() => tray.hidden || look(tray, line)).observe(tray, { attributeFilter: ["hidden"] });
  document.body.addEventListener("upload-settled", (event) => event.detail.last && look(tray, line));
}
