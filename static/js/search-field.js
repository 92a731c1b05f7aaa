// The field at the top: a picture dropped into it asks for similar ones.

import { csrfToken } from "./http.js";
import { sentence, toast } from "./toast.js";

function pictureOf(event) {
  return [...(event.dataTransfer?.files ?? [])].find((file) => file.type.startsWith("image/"));
}

function send(form, file) {
  const body = new FormData();
  body.append("file", file);
  const request = new XMLHttpRequest();
  request.open("POST", form.dataset.pictureUrl);
  request.setRequestHeader("X-CSRFToken", csrfToken());
  form.classList.add("busy");
  request.addEventListener("loadend", () => {
    form.classList.remove("busy");
    if (request.status === 200) location.assign(JSON.parse(request.responseText).address);
    else if (request.status === 0) toast("The server could not be reached.", { tone: "danger" });
    else toast(sentence(request), { tone: "danger" });
  });
  request.send(body);
}

export function startSearchField() {
  const form = document.querySelector("[data-search]");
  if (!form?.dataset.pictureUrl) return;
  form.addEventListener("dragover", (event) => {
    event.preventDefault();
    form.classList.add("dropping");
  });
  form.addEventListener("dragleave", () => form.classList.remove("dropping"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    event.stopPropagation();
    form.classList.remove("dropping");
    document.getElementById("drop-veil")?.setAttribute("hidden", "");
    const file = pictureOf(event);
    if (file) send(form, file);
    else toast("Drop a picture here to find similar ones.");
  });
  form.addEventListener("paste", (event) => {
    const file = [...event.clipboardData.files].find((one) => one.type.startsWith("image/"));
    if (!file) return;
    event.preventDefault();
    send(form, file);
  });
}
