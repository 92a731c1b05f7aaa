// While a picture loads, its ThumbHash (data-thumbhash, base64) is painted behind it.

import { thumbHashToDataURL } from "../vendor/thumbhash.js";

function paint(element) {
  const text = element.dataset.thumbhash;
  delete element.dataset.thumbhash;
  if (!text) return;
  const picture = element.matches("img") ? element : element.querySelector("img");
  if (picture?.complete && picture.naturalWidth) return;
  // What is transparent must not show the placeholder once the picture is there.
  picture?.addEventListener("load", () => element.style.removeProperty("background-image"), { once: true });
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  element.style.backgroundImage = `url(${thumbHashToDataURL(bytes)})`;
}

export function startPlaceholders(root = document) {
  if (root instanceof Element && root.matches("[data-thumbhash]")) paint(root);
  root.querySelectorAll("[data-thumbhash]").forEach(paint);
  root.querySelectorAll("[data-colour]").forEach((element) => {
    element.style.backgroundColor = element.dataset.colour;
  });
  root.querySelectorAll("[data-share]").forEach((element) => {
    element.style.width = `${Number(element.dataset.share) * 100}%`;
  });
}
