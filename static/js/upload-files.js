// The files of a drop, with everything in the folders that were dropped.

import { paired } from "./upload-sidecars.js";

const NOT_MEANT = new Set(["thumbs.db", "desktop.ini"]);
const meant = (name) => !name.startsWith(".") && !NOT_MEANT.has(name.toLowerCase());

// Must be called while the drop is being handled: afterwards the browser has closed it.
export function entriesOf(transfer) {
  const items = [...(transfer.items ?? [])].filter((item) => item.kind === "file");
  return items.map((item) => item.webkitGetAsEntry?.() ?? item.getAsFile()).filter(Boolean);
}

async function childrenOf(folder) {
  const reader = folder.createReader();
  const children = [];
  // A reader gives up to a hundred at a time, and none when it is through.
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return children;
    children.push(...some);
  }
}

const isFile = (entry) => entry instanceof File || (entry.isFile && meant(entry.name));
const isFolder = (entry) => entry.isDirectory && meant(entry.name);

async function fileOf(entry) {
  if (!entry || entry instanceof File) return entry;
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

// What lies in one folder, files with their sidecars first, then what is in the folders below.
async function* pairsIn(entries, unread) {
  const reading = async (entry, read) => {
    try {
      return await read(entry);
    } catch (error) {
      unread.push(`${entry.name} (${error.message})`);
      return null;
    }
  };
  for (const pair of paired(entries.filter(isFile))) {
    const file = await reading(pair.file, fileOf);
    const sidecar = pair.sidecar && (await reading(pair.sidecar, fileOf));
    if (file) yield { file, sidecar };
  }
  for (const folder of entries.filter(isFolder)) {
    yield* pairsIn((await reading(folder, childrenOf)) ?? [], unread);
  }
}

// Calls `take` with the files and their sidecars, some hundred at a time; returns the names of what
// could not be read.
export async function takeFiles(entries, take) {
  const unread = [];
  let some = [];
  for await (const pair of pairsIn(entries, unread)) {
    some.push(pair);
    if (some.length === 200) {
      take(some);
      some = [];
    }
  }
  if (some.length) take(some);
  return unread;
}

export function meantFiles(list) {
  return [...list].filter((file) => meant(file.name));
}
