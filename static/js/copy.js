// Buttons that copy the text of an element: <button data-copy="id">. What cannot be copied is
// selected, so that the keyboard can.

import { toast } from "./toast.js";

function select(element) {
  const range = document.createRange();
  range.selectNodeContents(element);
  const selection = getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const element = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(element.textContent.trim());
    toast("Copied");
  } catch {
    select(element);
    toast("Selected: copy it with Ctrl+C");
  }
});
