// Dark, light, or as the system says. A cookie keeps it, so that the server paints the first frame right.

const YEAR = 31536000;

export function setTheme(name) {
  document.documentElement.dataset.theme = name;
  document.cookie = `theme=${name}; path=/; max-age=${YEAR}; samesite=lax`;
  for (const button of document.querySelectorAll("[data-theme-set]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeSet === name));
  }
}

export function startTheme() {
  for (const button of document.querySelectorAll("[data-theme-set]")) {
    button.addEventListener("click", () => setTheme(button.dataset.themeSet));
  }
}
