// The files of a drop, with everything in the folders that were dropped.

const NOT_MEANT = new Set(["thumbs.db", "desktop.ini"]);
const meant = (name) => !name.startsWith(".") && !NOT_MEANT.has(name.toLowerCase());

// Must be called while the drop is being handled: afterwards the browser has closed it.
export function entriesOf(transfer) {
  const items = [...(transfer.items ?? [])].filter((item) => item.kind === "file");
  return items.map((item) => item.webkitGetAsEntry?.() ?? item.getAsFile()).filter(Boolean);
}

async function* childrenOf(folder) {
  const reader = folder.createReader();
  // A reader gives up to a hundred at a time, and none when it is through.
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return;
    yield* some;
  }
}

async function* filesIn(entry) {
  if (entry instanceof File) yield entry;
  else if (!meant(entry.name)) return;
  else if (entry.isFile) yield await new Promise((resolve, reject) => entry.file(resolve, reject));
  else for await (const child of childrenOf(entry)) yield* filesIn(child);
}

// Calls `take` with the files, some hundred at a time; returns the names of what could not be read.
export async function takeFiles(entries, take) {
  const unread = [];
  let some = [];
  for (const entry of entries) {
    try {
      for await (const file of filesIn(entry)) {
        some.push(file);
        if (some.length === 200) {
          take(some);
          some = [];
        }
      }
    } catch (error) {
      unread.push(`${entry.name} (${error.message})`);
    }
  }
  if (some.length) take(some);
  return unread;
}

export function meantFiles(list) {
  return [...list].filter((file) => meant(file.name));
}
