// A text field with data-terms="address" offers the vocabulary's terms while one types.

const PAUSE = 150;

export function offerTerms(field) {
  const list = document.getElementById(field.getAttribute("list"));
  let timer = null;
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const response = await fetch(`${field.dataset.terms}?q=${encodeURIComponent(field.value)}`);
      if (!response.ok) return;
      const { terms } = await response.json();
      list.replaceChildren(
        ...terms.map((term) => {
          const option = document.createElement("option");
          option.value = term.name;
          option.label = term.facet;
          return option;
        }),
      );
    }, PAUSE);
  });
}
