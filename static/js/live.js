// Elements with data-live="30" get a `tick` every 30 seconds while the page is being looked at.
// With hx-trigger="tick" they refresh themselves; htmx's own polling would go on in hidden tabs.

const timers = new WeakMap();

function start(element) {
  if (timers.has(element)) return;
  const every = Number(element.dataset.live) * 1000;
  const timer = setInterval(() => {
    if (!element.isConnected) clearInterval(timer);
    else if (!document.hidden) element.dispatchEvent(new CustomEvent("tick"));
  }, every);
  timers.set(element, timer);
}

export function startLive(root = document) {
  if (root instanceof Element && root.matches("[data-live]")) start(root);
  root.querySelectorAll("[data-live]").forEach(start);
}
