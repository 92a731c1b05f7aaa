// Back returns to the same picture. Its id is kept with the address when one opens it; coming back, the
// pages before it are loaded again if the browser has not kept them, and it is focused.

const KEY = "loupe.place";
const MOST_PAGES = 20;

function save(link) {
  const id = link.closest("[data-asset]").dataset.asset;
  sessionStorage.setItem(KEY, JSON.stringify({ address: location.pathname + location.search, id }));
}

function nextPage() {
  const more = document.querySelector("[data-more]");
  if (!more) return Promise.resolve(false);
  return new Promise((resolve) => {
    document.body.addEventListener("htmx:afterSettle", () => resolve(true), { once: true });
    document.body.addEventListener("htmx:responseError", () => resolve(false), { once: true });
    more.dispatchEvent(new CustomEvent("near"));
  });
}

async function comeBack(links, goTo) {
  const kept = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
  sessionStorage.removeItem(KEY);
  const [entry] = performance.getEntriesByType("navigation");
  const wanted = location.hash.startsWith("#asset-") ? location.hash.slice(7) : null;
  const id = wanted ?? (kept?.address === location.pathname + location.search && entry?.type === "back_forward" ? kept.id : null);
  if (!id) return;
  const find = () => links().find((link) => link.closest("[data-asset]").dataset.asset === id);
  for (let page = 0; page < MOST_PAGES && !find(); page += 1) {
    if (!(await nextPage())) break;
  }
  const link = find();
  if (!link) return;
  link.scrollIntoView({ block: "center" });
  goTo(link);
}

export function startPlace(links, goTo) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-grid] .card-link");
    if (link) save(link);
  });
  comeBack(links, goTo);
}
