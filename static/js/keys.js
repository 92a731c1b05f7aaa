// The shortcuts of a page: one registry, shown by `?`, silent while somebody types.
// registerKeys([{key: "a", label: "Approve", run, release?}]) returns a function that takes them back.
// A key is what KeyboardEvent.key says ("ArrowLeft", "?", "a"), perhaps after "Ctrl+" or "Shift+".

const OFF = "loupe.keys";
const registry = [];

export function registerKeys(entries) {
  registry.push(...entries);
  return () => entries.forEach((entry) => registry.splice(registry.indexOf(entry), 1));
}

export function registeredKeys() {
  return [...registry];
}

export function keysAreOn() {
  return localStorage.getItem(OFF) !== "off";
}

export function switchKeys(on) {
  if (on) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, "off");
}

function nameOf(event) {
  const key = event.key === " " ? "Space" : event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const control = event.ctrlKey || event.metaKey ? "Ctrl+" : "";
  const shift = event.shiftKey && event.key.length > 1 ? "Shift+" : "";
  return control + shift + key;
}

function typing(target) {
  if (!(target instanceof Element)) return false;
  return Boolean(target.closest("input:not([type=checkbox], [type=radio], [type=button], [type=range]), textarea, select, [contenteditable=true]"));
}

function ownsKey(target, name) {
  if (target instanceof Element && target.matches("input[type=range]")) return /^(Arrow|Page|Home|End)/.test(name);
  const pressing = name === "Space" || name === "Enter";
  return pressing && target instanceof Element && Boolean(target.closest("button, a, summary, input, [role=button]"));
}

function find(event) {
  const name = nameOf(event);
  const single = !name.includes("Ctrl+");
  if (single && (!keysAreOn() || typing(event.target))) return null;
  if (document.querySelector("dialog[open]")) return null;
  const matches = registry.filter((entry) => [entry.key].flat().includes(name));
  const entry = matches.findLast((candidate) => !candidate.when || candidate.when());
  if (!entry || (ownsKey(event.target, name) && !entry.overControls)) return null;
  return entry;
}

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.defaultPrevented) return;
  const entry = find(event);
  if (!entry) return;
  event.preventDefault();
  if (!event.repeat || entry.repeats) entry.run(event);
});

document.addEventListener("keyup", (event) => {
  const name = nameOf(event);
  registry.filter((entry) => entry.release && [entry.key].flat().includes(name)).forEach((entry) => entry.release(event));
});

const SHOWN = { ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", Escape: "Esc" };

export function keyCaps(key) {
  return [key].flat().map((name) => {
    const cap = document.createElement("kbd");
    cap.textContent = name
      .split(/\+(?=.)/) // "Ctrl+K" in two, but not the key "+" itself
      .map((part) => SHOWN[part] ?? (part.length === 1 ? part.toUpperCase() : part))
      .join(" ");
    return cap;
  });
}
