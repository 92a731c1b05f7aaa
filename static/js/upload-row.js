// One line of the upload list: what the file is, how far it is, and what became of it.

const WORDS = {
  waiting: "Waiting",
  sending: "Uploading",
  processing: "Processing",
  approved: "In the library",
  in_review: "Waiting for review",
  rejected: "Rejected",
  refused: "Refused",
  duplicate: "In the library already",
  failed: "Failed",
};

export function rowOf(item) {
  const row = document.createElement("li");
  row.className = "upload";
  const picture = document.createElement("span");
  picture.className = "upload-picture";
  const words = document.createElement("div");
  words.className = "upload-words";
  const name = document.createElement("span");
  name.className = "truncate";
  name.textContent = item.file.name;
  const state = document.createElement("span");
  state.className = "upload-state small";
  const bar = document.createElement("progress");
  bar.max = 1;
  bar.setAttribute("aria-label", `Upload of ${item.file.name}`);
  words.append(name, state, bar);
  row.append(picture, words);
  return row;
}

function show(row, item) {
  const state = row.querySelector(".upload-state");
  state.replaceChildren(document.createTextNode(item.reason ? `${item.label}: ${item.reason}` : item.label));
  if (!item.address) return;
  const link = document.createElement("a");
  link.href = item.address;
  link.textContent = item.state === "duplicate" ? "Show it" : "Open";
  state.append(" · ", link);
}

function showPicture(row, item) {
  const place = row.querySelector(".upload-picture");
  if (!item.thumbnail || place.querySelector("img")) return;
  const image = document.createElement("img");
  image.src = item.thumbnail;
  image.alt = "";
  place.append(image);
}

export function renderRow(item) {
  const sending = item.state === "sending";
  item.label = sending ? `Uploading ${Math.round(item.progress * 100)} %` : WORDS[item.state];
  item.row.dataset.state = item.state;
  const bar = item.row.querySelector("progress");
  bar.hidden = !["sending", "processing"].includes(item.state);
  if (sending) bar.value = item.progress;
  else bar.removeAttribute("value");
  show(item.row, item);
  showPicture(item.row, item);
}
