// The strip at the foot: what was decided in this session, what is on the page, what comes next.

const SIGNS = { approve: "✓", fix: "✓", reject: "✕", skip: "↷" };

export class Strip {
  constructor(list, choose) {
    this.list = list;
    this.cells = new Map();
    list.addEventListener("click", (event) => {
      const link = event.target.closest("a");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      choose(link.closest("[data-item]").dataset.item);
    });
  }

  draw(entries, current, address) {
    const items = entries.map((entry) => this.cell(entry, address));
    entries.forEach((entry, index) => this.dress(items[index], entry, entry === current));
    items.forEach((item, index) => {
      if (this.list.children[index] !== item) this.list.insertBefore(item, this.list.children[index] ?? null);
    });
    while (this.list.children.length > items.length) this.list.lastElementChild.remove();
    const here = items[entries.indexOf(current)];
    if (here) this.list.scrollTo({ left: here.offsetLeft - this.list.clientWidth / 2 + here.offsetWidth / 2, behavior: "smooth" });
  }

  cell(entry, address) {
    const known = this.cells.get(entry);
    if (known) return known;
    const item = document.createElement("li");
    item.dataset.item = entry.id;
    const link = document.createElement("a");
    link.href = address(entry);
    const image = new Image();
    image.alt = "";
    if (entry.thumbnail) image.src = entry.thumbnail;
    const sign = document.createElement("span");
    sign.className = "strip-sign";
    sign.ariaHidden = "true";
    link.append(image, sign);
    item.append(link);
    this.cells.set(entry, item);
    return item;
  }

  dress(item, entry, here) {
    const state = entry.open ? "waiting" : entry.state === "lost" ? "lost" : entry.verdict;
    item.className = `strip-item is-${state}`;
    const link = item.querySelector("a");
    link.ariaLabel = `${entry.name}, ${entry.open ? "not decided yet" : entry.word || "decided by somebody else"}`;
    link.title = entry.name;
    if (here) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
    item.querySelector(".strip-sign").textContent = entry.open ? "" : (SIGNS[entry.verdict] ?? "–");
  }
}
