// Short messages at the foot of the page, read aloud by screen readers, perhaps with a way back.
// toast("Moved to the bin", {undo: () => …, tone: "danger"}); announce("12 of 340") is heard, not seen.

const STAYS = 6000;

function fade(element, after) {
  let timer = setTimeout(() => element.remove(), after);
  const hold = () => clearTimeout(timer);
  const go = () => {
    hold();
    timer = setTimeout(() => element.remove(), after / 2);
  };
  element.addEventListener("pointerenter", hold);
  element.addEventListener("focusin", hold);
  element.addEventListener("pointerleave", go);
  element.addEventListener("focusout", go);
}

export function toast(text, { undo, label = "Undo", tone = "" } = {}) {
  const element = document.createElement("div");
  element.className = `toast ${tone}`;
  const words = document.createElement("span");
  words.textContent = text;
  element.append(words);
  if (undo) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button compact";
    button.textContent = label;
    button.addEventListener("click", () => {
      element.remove();
      undo();
    });
    element.append(button);
  }
  document.getElementById("toasts").append(element);
  fade(element, undo ? STAYS * 2 : STAYS);
  return element;
}

export function announce(text) {
  const voice = document.getElementById("announcer");
  voice.textContent = "";
  requestAnimationFrame(() => {
    voice.textContent = text;
  });
}

export function startToasts() {
  document.querySelectorAll(".toast[data-fades]").forEach((element) => fade(element, STAYS));
  // A server answer may carry one: HX-Trigger: {"toast": {"text": …, "undo": {"url": …, "values": {…}}}}.
  document.body.addEventListener("toast", (event) => {
    const { text, undo, tone } = event.detail;
    const back = undo && (() => window.htmx.ajax("POST", undo.url, { values: undo.values ?? {}, swap: "none" }));
    toast(text, { undo: back, tone });
  });
  document.body.addEventListener("htmx:responseError", async (event) => {
    const looking = event.detail.requestConfig?.verb === "get";
    toast(looking ? "A part of this page could not be loaded." : sentence(event.detail.xhr), { tone: "danger" });
  });
  document.body.addEventListener("htmx:sendError", () => {
    toast("The server could not be reached. Nothing was changed.", { tone: "danger" });
  });
}

export function sentence(xhr) {
  const type = xhr.getResponseHeader("Content-Type") ?? "";
  if (type.includes("json")) {
    const answer = JSON.parse(xhr.responseText);
    return answer.detail ?? answer.reason ?? "That did not work.";
  }
  if (type.startsWith("text/plain") && xhr.responseText) return xhr.responseText;
  if (xhr.status === 403) return "You may not do that here.";
  if (xhr.status === 404) return "It is not there any more.";
  return `That did not work (${xhr.status}). Nothing was changed.`;
}
