// XMP files that lie beside pictures: which belongs to which, and how one is sent before its picture.

import { csrfToken } from "./http.js";

const ENDING = ".xmp";
const DELAYS = [1000, 2000, 4000, 8000, ...Array(45).fill(20000)];
const AGAIN = new Set([408, 423, 429]);

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const isSidecar = (file) => file.name.toLowerCase().endsWith(ENDING);
const stemOf = (name) => (name.lastIndexOf(".") > 0 ? name.slice(0, name.lastIndexOf(".")) : name);

// Where a file lies: known of those of a chosen folder; all others were given side by side.
const placeOf = (file, name) => ((file.webkitRelativePath ?? "").slice(0, -file.name.length) + name).toLowerCase();

// Files with the sidecar that lies beside each, as [{ file, sidecar }]: "a.jpg.xmp" before "a.xmp".
// One that lies beside nothing is a file by itself, and comes last.
export function paired(files) {
  const all = [...files];
  const beside = new Map(all.filter(isSidecar).map((file) => [placeOf(file, file.name), file]));
  if (!beside.size) return all.map((file) => ({ file }));
  const pairs = all.filter((file) => !isSidecar(file)).map((file) => {
    const names = [file.name, stemOf(file.name)].map((name) => placeOf(file, name + ENDING));
    return { file, sidecar: names.map((name) => beside.get(name)).find(Boolean) };
  });
  const taken = new Set(pairs.map(({ sidecar }) => sidecar));
  return [...pairs, ...[...beside.values()].filter((file) => !taken.has(file)).map((file) => ({ file }))];
}

function encoded(fields) {
  const base64 = (text) => btoa(String.fromCodePoint(...new TextEncoder().encode(text)));
  return Object.entries(fields).map(([name, text]) => `${name} ${base64(String(text))}`).join(",");
}

// Sends a sidecar whole; resolves with the address of its upload, which its picture then names.
// `lost` hears when the server is waited for. Throws an Error with a sentence where it is refused.
export async function sendSidecar(endpoint, { sidecar, fields }, lost) {
  const { note: _, ...where } = fields;
  const headers = {
    "Content-Type": "application/offset+octet-stream",
    "Tus-Resumable": "1.0.0",
    "Upload-Length": sidecar.size,
    "Upload-Metadata": encoded({ filename: sidecar.name, role: "sidecar", ...where }),
    "X-CSRFToken": csrfToken(),
  };
  for (const delay of DELAYS) {
    const answer = await fetch(endpoint, { method: "POST", headers, body: sidecar }).catch(() => null);
    if (answer?.ok) return new URL(answer.headers.get("Location"), location.href).pathname;
    if (answer && answer.status < 500 && !AGAIN.has(answer.status)) throw new Error(await sentenceOf(answer));
    lost();
    await pause(delay);
  }
  throw new Error("The server could not be reached.");
}

async function sentenceOf(answer) {
  const said = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
  return said.detail ?? `It could not be sent (${answer.status}).`;
}
