// The page that renames files: a field's button puts the field where the cursor is.

const form = document.querySelector("[data-rename]");
const pattern = form?.elements.pattern;

form?.addEventListener("click", (event) => {
  const button = event.target.closest("[data-field]");
  if (!button) return;
  pattern.setRangeText(`{${button.dataset.field}}`, pattern.selectionStart, pattern.selectionEnd, "end");
  pattern.focus();
  pattern.dispatchEvent(new Event("input", { bubbles: true }));
});

// What was typed before the scripts came, or stands there again after Back, is previewed too.
document.addEventListener("DOMContentLoaded", () => {
  if (pattern && pattern.value !== pattern.defaultValue) {
    pattern.dispatchEvent(new Event("input", { bubbles: true }));
  }
});
