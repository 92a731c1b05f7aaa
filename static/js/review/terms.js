// While a tag is being typed, the vocabulary offers what begins like it.

import { load } from "./server.js";

export function startTerms(page, list) {
  let timer = 0;
  let last = "";
  page.addEventListener("input", (event) => {
    if (!event.target.matches("[data-add]")) return;
    const typed = event.target.value.trim();
    clearTimeout(timer);
    if (typed.length < 2 || typed === last) return;
    timer = setTimeout(async () => {
      last = typed;
      const { terms = [] } = await load(`${page.dataset.termsUrl}?q=${encodeURIComponent(typed)}`);
      list.replaceChildren(...terms.map(({ name, facet }) => Object.assign(new Option(facet, name), { label: facet })));
    }, 120);
  });
}
