// Ctrl+K: jump to a page, to a picture opened lately, or search for what was typed.

const RECENT = "loupe.recent";

export function remember(title, address) {
  const known = recent().filter((place) => place.address !== address);
  localStorage.setItem(RECENT, JSON.stringify([{ title, address }, ...known].slice(0, 12)));
}

function recent() {
  try {
    return JSON.parse(localStorage.getItem(RECENT) ?? "[]");
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

function places(text) {
  const pages = [...document.querySelectorAll(".rail a")].map((link) => ({
    title: link.querySelector("span").textContent,
    address: link.getAttribute("href"),
    kind: "Page",
  }));
  const all = [...pages, ...recent().map((place) => ({ ...place, kind: "Recent" }))];
  const wanted = text.trim().toLowerCase();
  const found = all.filter((place) => place.title.toLowerCase().includes(wanted));
  if (wanted) {
    const address = `${document.querySelector("[data-search]")?.getAttribute("action") ?? "/"}?q=${encodeURIComponent(text.trim())}`;
    found.push({ title: `Search for “${text.trim()}”`, address, kind: "Search" });
  }
  return found;
}

function option(place, index) {
  const item = document.createElement("li");
  item.className = "menu-item";
  item.id = `jump-${index}`;
  item.setAttribute("role", "option");
  item.dataset.address = place.address;
  const title = document.createElement("span");
  title.className = "truncate";
  title.textContent = place.title;
  const kind = document.createElement("span");
  kind.className = "muted small";
  kind.textContent = place.kind;
  item.append(title, kind);
  return item;
}

export function startJump() {
  const dialog = document.getElementById("jump-dialog");
  if (!dialog) return () => {};
  const field = dialog.querySelector("input");
  const list = dialog.querySelector("ul");
  let chosen = 0;
  const choose = (index) => {
    chosen = Math.max(0, Math.min(list.children.length - 1, index));
    [...list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === chosen)));
    list.children[chosen]?.scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", `jump-${chosen}`);
  };
  const show = () => {
    list.replaceChildren(...places(field.value).map(option));
    choose(0);
  };
  const go = (item) => item && location.assign(item.dataset.address);
  field.addEventListener("input", show);
  field.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) choose(chosen + step);
    else if (event.key === "Enter") go(list.children[chosen]);
    else return;
    event.preventDefault();
  });
  list.addEventListener("click", (event) => go(event.target.closest("li")));
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  return () => {
    field.value = "";
    show();
    dialog.showModal();
  };
}
