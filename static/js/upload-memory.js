// Uploads that are not finished, kept across reloads: by file and place, the address to go on at.
// It is also the storage that tus-js-client asks for ("urlStorage").

const KEPT_IN = "loupe.uploads";
const LASTS = 48 * 3600 * 1000;
const BEAT = 4000; // an entry that was touched lately belongs to a page that is sending now
const MOST = 500;

function read() {
  try {
    return JSON.parse(localStorage.getItem(KEPT_IN)) ?? {};
  } catch {
    return {}; // somebody wrote something else there: nothing is remembered
  }
}

function write(entries) {
  const fresh = Object.entries(entries).filter(([, entry]) => Date.now() - entry.begun < LASTS);
  localStorage.setItem(KEPT_IN, JSON.stringify(Object.fromEntries(fresh.slice(-MOST))));
}

function change(key, values) {
  const entries = read();
  if (values) entries[key] = { ...entries[key], ...values };
  else delete entries[key];
  write(entries);
}

export function keyOf(person, file, fields) {
  const where = [fields.asset ?? "", fields.brand ?? ""];
  return JSON.stringify([person, file.name, file.size, file.lastModified, file.webkitRelativePath ?? "", ...where]);
}

// The address of the sidecar that an unfinished upload has named; undefined where none is remembered.
export const remembered = (key) => read()[key]?.sidecar;

// What tus-js-client keeps for one file, and beside it the address of its sidecar.
export function memoryOf(key, file, sidecar) {
  return {
    async findAllUploads() {
      const entry = read()[key];
      return entry ? [{ ...entry.upload, urlStorageKey: key }] : [];
    },
    findUploadsByFingerprint() {
      return this.findAllUploads();
    },
    async removeUpload() {
      change(key, null);
    },
    async addUpload(_fingerprint, upload) {
      change(key, { upload, sidecar, name: file.name, size: file.size, begun: Date.now(), touched: Date.now() });
      return key;
    },
  };
}

export class Touch {
  constructor(key) {
    this.key = key;
    this.last = 0;
  }

  // Says that this page is sending it, now and then.
  now() {
    if (Date.now() - this.last < BEAT) return;
    this.last = Date.now();
    if (read()[this.key]) change(this.key, { touched: this.last });
  }
}

export function forget(key) {
  change(key, null);
}

// What a person left behind: not sent by any page now.
export function leftBy(person) {
  return Object.entries(read())
    .filter(([key, entry]) => JSON.parse(key)[0] === person && Date.now() - entry.touched > 3 * BEAT)
    .map(([key, entry]) => ({ key, name: entry.name, size: entry.size, address: entry.upload.uploadUrl }));
}
