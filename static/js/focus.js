// The focus moves with the work: when the part of the page that has it is put in anew or taken away,
// it would be lost, and with it the place of whoever works with the keyboard. What has an id or
// autofocus is found again by htmx; the rest here: an element that is marked data-refocus, else the
// one that stands now where the focus was.

const REACHABLE = "a[href], button, input, select, textarea, summary, [tabindex='0']";

const reachable = (root) => [...root.querySelectorAll(REACHABLE)].filter((one) => !one.disabled && one.checkVisibility());

function bringBack(root, index) {
  const lost = !document.activeElement || document.activeElement === document.body;
  if (!lost || !root.isConnected) return;
  const all = reachable(root);
  const found = root.querySelector("[data-refocus]") ?? all[Math.min(index, all.length - 1)];
  found?.focus({ preventScroll: true });
}

function follow(event) {
  const part = event.detail.target;
  const held = document.activeElement;
  if (!event.detail.shouldSwap || part === document.body || !part.contains(held)) return;
  const around = part.parentElement;
  const [within, among] = [part, around].map((root) => reachable(root).indexOf(held));
  // What is taken away tells nobody afterwards, so that its surroundings are watched.
  const watch = new MutationObserver(() => {
    if (part.isConnected) return;
    watch.disconnect();
    bringBack(around, among);
  });
  watch.observe(around, { childList: true });
  const settled = (settling) => {
    if (settling.target !== part) return;
    part.removeEventListener("htmx:afterSettle", settled);
    watch.disconnect();
    bringBack(part, within);
  };
  part.addEventListener("htmx:afterSettle", settled);
}

export function startFocus() {
  document.body.addEventListener("htmx:beforeSwap", follow);
}
