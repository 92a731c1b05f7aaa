// The filters: a drawer where there is no room for them, and their links load in place.

function drawer(open) {
  const side = document.getElementById("side");
  side?.classList.toggle("open", open);
  document.querySelectorAll("[data-facets-open]").forEach((one) => one.setAttribute("aria-expanded", String(open)));
  if (open) side?.querySelector("a, button")?.focus();
}

export function startFacets() {
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-facets-open]")) drawer(!document.getElementById("side").classList.contains("open"));
    else if (event.target.closest("[data-facets-close]")) drawer(false);
    else if (!event.target.closest("#side")) document.getElementById("side")?.classList.remove("open");
    const all = event.target.closest("[data-facet-all]");
    if (all) {
      all.closest(".facet").classList.add("all");
      all.remove();
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !document.querySelector("#side.open")) return;
    drawer(false);
    document.querySelector("[data-facets-open]")?.focus();
  });
}
