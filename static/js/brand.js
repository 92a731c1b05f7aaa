// The form of a brand's rules: a palette of swatches, sliders with their value, and the effect beside it.

const form = document.querySelector("[data-rules]");
const list = form.querySelector("[data-palette]");
const text = form.elements.palette;

const changed = () => form.dispatchEvent(new CustomEvent("rules-changed"));

function write() {
  text.value = [...list.querySelectorAll("input[type=color]")].map((field) => field.value).join(" ");
  changed();
}

function swatch(colour) {
  const item = document.createElement("li");
  const label = document.createElement("label");
  label.className = "palette-colour";
  const field = Object.assign(document.createElement("input"), { type: "color", value: colour, ariaLabel: "Palette colour" });
  const words = document.createElement("span");
  words.textContent = colour;
  label.append(field, words);
  const remove = document.createElement("button");
  remove.type = "button";
  remove.className = "button plain compact icon-only";
  remove.dataset.paletteRemove = "";
  remove.ariaLabel = `Remove ${colour}`;
  remove.textContent = "×";
  item.append(label, remove);
  return item;
}

function read() {
  const colours = text.value.match(/#[0-9a-f]{6}\b/gi) ?? [];
  list.replaceChildren(...colours.map(swatch));
}

function drawBands() {
  const drop = Number(form.elements.drop.value);
  const accept = Math.max(drop, Number(form.elements.auto_accept.value));
  const [dropped, asked, accepted] = form.querySelector("[data-bands]").children;
  dropped.style.flexGrow = String(drop * 100);
  asked.style.flexGrow = String((accept - drop) * 100);
  accepted.style.flexGrow = String((1 - accept) * 100);
}

// The lower bar never lies above the upper one: whichever moves takes the other along.
function keepOrder(moved) {
  const { drop, auto_accept: accept } = form.elements;
  if (Number(drop.value) <= Number(accept.value)) return;
  const other = moved === drop ? accept : drop;
  other.value = moved.value;
  showValue(other);
}

function showValue(slider) {
  slider.parentElement.querySelector("output").value = Number(slider.value).toFixed(2);
}

form.addEventListener("input", (event) => {
  const field = event.target;
  if (field.type === "color") {
    field.nextElementSibling.textContent = field.value;
    write();
    return;
  }
  if (field.type === "range") {
    keepOrder(field);
    showValue(field);
    drawBands();
  }
  if (field === text) read();
  if (field.name !== "note") changed();
});

form.addEventListener("click", (event) => {
  if (event.target.closest("[data-palette-add]")) {
    const last = list.querySelector("li:last-child input")?.value ?? "#3366cc";
    list.append(swatch(last));
    write();
    list.querySelector("li:last-child input").focus();
  }
  const remove = event.target.closest("[data-palette-remove]");
  if (remove) {
    remove.closest("li").remove();
    write();
  }
});

drawBands();
