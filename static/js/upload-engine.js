// Uppy, which sends the files: loaded with the first of them. It is only ever given those that are
// being sent; thousands may wait outside it.

import { csrfToken } from "./http.js";
import { Touch, keyOf, memoryOf, remembered } from "./upload-memory.js";
import { sendSidecar } from "./upload-sidecars.js";
import { sentence } from "./toast.js";

// A server that is away for a quarter of an hour is waited for; each byte that gets through starts anew.
const DELAYS = [0, 1000, 2000, 4000, 8000, ...Array(45).fill(20000)];
const SMALL = 4 * 1024 * 1024; // sent along with the announcement: one request instead of two
const silent = { debug() {}, warn() {}, error() {} }; // what goes wrong is in the list

export class Engine {
  constructor(tray, tell) {
    this.endpoint = tray.dataset.tusUrl;
    this.person = tray.dataset.person;
    this.tell = tell; // (item, change): what has happened to a file
    this.items = new Map();
    this.serial = 0;
    this.ready = null;
  }

  load() {
    this.ready ??= import("../vendor/uppy.js").then(({ Uppy, Tus }) => this.build(Uppy, Tus));
    return this.ready;
  }

  build(Uppy, Tus) {
    const uppy = new Uppy({
      autoProceed: true,
      logger: silent,
      onBeforeFileAdded: (file) => ({ ...file, id: file.meta.id, tus: this.optionsOf(this.items.get(file.meta.id)) }),
    });
    uppy.use(Tus, {
      endpoint: this.endpoint,
      limit: 4,
      retryDelays: DELAYS,
      removeFingerprintOnSuccess: true,
      headers: () => ({ "X-CSRFToken": csrfToken() }),
    });
    uppy.on("upload-progress", (file, progress) => this.progressed(file, progress));
    uppy.on("upload-success", (file, response) => this.ended(file, { arrived: response.uploadURL }));
    uppy.on("upload-error", (file, error, response) => this.ended(file, { failed: reasonOf(error, response) }));
    return uppy;
  }

  optionsOf(item) {
    const key = keyOf(this.person, item.file, item.fields);
    item.touch = new Touch(key);
    return {
      allowedMetaFields: ["filename", ...(item.place ? ["sidecar"] : []), ...Object.keys(item.fields)],
      urlStorage: memoryOf(key, item.file, item.place),
      uploadDataDuringCreation: item.file.size <= SMALL,
      onShouldRetry: (error, _attempt, _options, usual) => {
        const again = usual(error);
        if (again) this.tell(item, { state: "lost", reason: whyWaiting(error) });
        return again;
      },
    };
  }

  async send(item) {
    const uppy = await this.load();
    const sidecar = await this.sidecarOf(item);
    if (item.state !== "sending") return; // paused or cancelled while Uppy or the sidecar was on its way
    item.id = `upload-${++this.serial}`;
    this.items.set(item.id, item);
    const meta = { id: item.id, filename: item.file.name, ...item.fields, ...(sidecar && { sidecar }) };
    uppy.addFile({ name: item.file.name, type: item.file.type, data: item.file, meta });
  }

  // The sidecar goes first: the picture then names its upload. One that is refused does not hold up its
  // picture. An upload that goes on where it was has said already what its sidecar is.
  async sidecarOf(item) {
    if (!item.sidecar) return null;
    const key = keyOf(this.person, item.file, item.fields);
    const lost = () => item.state === "sending" && this.tell(item, { state: "lost", reason: "" });
    item.beside ??= remembered(key) ?? sendSidecar(this.endpoint, item, lost);
    try {
      item.place = await item.beside;
    } catch (error) {
      item.beside = item.place = null;
      this.tell(item, { aside: `Without ${item.sidecar.name}: ${error.message}` });
    }
    if (item.state === "lost") this.tell(item, { state: "sending" });
    return item.place;
  }

  // A picture that was not even begun takes its sidecar back; one that was goes on with it.
  sendSidecarAnew(item) {
    if (!item.place || remembered(keyOf(this.person, item.file, item.fields))) return;
    this.forgetOnServer(item.place);
    item.beside = item.place = null;
  }

  progressed(file, { bytesUploaded, bytesTotal }) {
    const item = this.items.get(file?.id);
    if (!item || item.state === "paused") return;
    item.touch.now();
    this.tell(item, { state: "sending", reason: "", progress: bytesTotal ? bytesUploaded / bytesTotal : 0 });
  }

  async ended(file, change) {
    const item = this.items.get(file?.id);
    if (!item) return;
    this.items.delete(file.id);
    if (change.failed) this.sendSidecarAnew(item);
    (await this.ready).removeFile(file.id);
    this.tell(item, change);
  }

  async pause(item) {
    if (this.items.has(item.id)) (await this.ready).pauseResume(item.id);
  }

  async resume(item) {
    if (this.items.has(item.id)) (await this.ready).pauseResume(item.id);
    else await this.send(item); // it was paused before Uppy had it
  }

  // Takes back what an earlier page has sent; where that fails, it expires by itself.
  forgetOnServer(place) {
    const headers = { "Tus-Resumable": "1.0.0", "X-CSRFToken": csrfToken() };
    fetch(place, { method: "DELETE", headers }).catch(() => null);
  }

  // Takes back what is being sent, here and on the server.
  async cancel(item) {
    if (!this.items.delete(item.id)) {
      const place = await Promise.resolve(item.beside).catch(() => null);
      if (place) this.forgetOnServer(place); // a sidecar whose picture was not begun
      return;
    }
    (await this.load()).removeFile(item.id);
  }
}

function reasonOf(error, response) {
  const request = response?.body?.xhr;
  if (request?.status) return sentence(request);
  return "The connection was lost. What arrived is kept: try again to carry on.";
}

function whyWaiting(error) {
  const answer = error.originalResponse;
  if (!answer?.getStatus()) return "";
  return [409, 423].includes(answer.getStatus()) ? "" : sentence(answer.getUnderlyingObject());
}
