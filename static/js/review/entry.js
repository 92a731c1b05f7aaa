// One item of the session: its sheet (a form), its pictures, and what has become of it.
// States: "open", "decided" (approve, fix, reject or skip), "lost" (somebody else was faster).

const WORDS = { approve: "Approved", fix: "Fixed and approved", reject: "Rejected", skip: "Skipped" };

export class Entry {
  constructor({ id, name, state = "open", verdict = "", decision = "", form = null, thumbnail = "" }) {
    Object.assign(this, { id, name, state, verdict, decision, form, thumbnail, sentence: "", pending: 0 });
    this.image = this.before = null;
  }

  static fromForm(form) {
    const { item, name, state, verdict = "", decision = "", thumbnail } = form.dataset;
    const entry = new Entry({ id: item, name, verdict, decision, thumbnail, form });
    entry.state = state === "closed" ? "lost" : state;
    return entry;
  }

  static fromHtml(html) {
    const template = document.createElement("template");
    template.innerHTML = html;
    return Entry.fromForm(template.content.querySelector("form"));
  }

  get open() {
    return this.state === "open";
  }

  get word() {
    return WORDS[this.verdict] ?? "";
  }

  get previous() {
    return this.form?.dataset.previous ?? "";
  }

  get size() {
    return { width: Number(this.form.dataset.width) || 1, height: Number(this.form.dataset.height) || 1 };
  }

  // Fetch and decode the picture now, so that it can be shown at once later.
  prepare() {
    if (this.image || !this.form) return;
    this.image = picture(this.form.dataset.picture, this.name, this.size);
    if (this.previous) this.before = picture(this.previous, `${this.name}, ${this.form.dataset.previousLabel}`, this.size);
  }

  // Take over a fresh sheet from the server (after an undo of something decided earlier).
  renew(html) {
    const fresh = Entry.fromHtml(html);
    Object.assign(this, { form: fresh.form, state: fresh.state, verdict: fresh.verdict, decision: fresh.decision });
  }
}

function picture(url, name, { width, height }) {
  const image = new Image(width, height);
  image.alt = name;
  image.className = "stage-picture";
  image.draggable = false;
  image.decoding = "sync";
  if (url) image.src = url;
  if (url) image.decode().catch(() => image.classList.add("is-missing"));
  return image;
}
