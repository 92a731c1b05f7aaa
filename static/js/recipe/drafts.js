// What was typed and not saved, kept in this browser: through a reload, a crash, a session that ended.
// Each tab writes a draft of its own, so that two tabs never overwrite each other's.

const KEPT = 20;

const read = (key) => {
  const said = localStorage.getItem(key);
  return said ? JSON.parse(said) : null;
};

// Saving takes empty lines at both ends away.
const same = (one, other) => other !== null && one.trim() === other.trim();

export class Drafts {
  constructor(scope, saved) {
    this.prefix = `loupe.recipe.${scope}.`;
    this.saved = saved;
    let tab = sessionStorage.getItem("loupe.tab");
    if (!tab) {
      tab = crypto.randomUUID?.() ?? String(Math.random()).slice(2);
      sessionStorage.setItem("loupe.tab", tab);
    }
    this.key = this.prefix + tab;
    if (saved !== null) this.dropKept(scope.replace(/\..*/, ""));
  }

  // What was typed for a new recipe is not needed any more, once it is kept.
  dropKept(person) {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(`loupe.recipe.${person}.new`));
    for (const key of keys) if (same(read(key).text, this.saved)) localStorage.removeItem(key);
  }

  // Of this tab first: it was open a moment ago; then what other tabs left.
  found() {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(this.prefix));
    const drafts = keys.map((key) => ({ key, own: key === this.key, ...read(key) }));
    for (const { key } of drafts.filter((one) => same(one.text, this.saved))) localStorage.removeItem(key);
    return drafts
      .filter((one) => !same(one.text, this.saved))
      .sort((a, b) => Number(b.own) - Number(a.own) || b.at - a.at);
  }

  keep(text, note, after) {
    if (text === this.saved && !note) {
      localStorage.removeItem(this.key);
      return true;
    }
    try {
      localStorage.setItem(this.key, JSON.stringify({ text, note, after, at: Date.now() }));
    } catch (error) {
      if (error.name !== "QuotaExceededError") throw error;
      return false;
    }
    this.trim();
    return true;
  }

  trim() {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith("loupe.recipe."));
    const drafts = keys.map((key) => ({ key, at: read(key)?.at ?? 0 })).sort((a, b) => b.at - a.at);
    for (const { key } of drafts.slice(KEPT)) if (key !== this.key) localStorage.removeItem(key);
  }

  drop(key) {
    localStorage.removeItem(key);
  }
}
