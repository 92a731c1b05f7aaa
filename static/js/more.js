// Further pages of results load when one comes near the end: the placeholder gets a `near` event.

const AHEAD = "1200px";

export function startMore() {
  const watcher = new IntersectionObserver(
    (entries) => {
      for (const entry of entries.filter((one) => one.isIntersecting)) {
        watcher.unobserve(entry.target);
        entry.target.dispatchEvent(new CustomEvent("near"));
      }
    },
    { rootMargin: `0px 0px ${AHEAD}` },
  );
  const watch = () => document.querySelectorAll("[data-more]").forEach((element) => watcher.observe(element));
  document.body.addEventListener("htmx:afterSettle", watch);
  watch();
}
