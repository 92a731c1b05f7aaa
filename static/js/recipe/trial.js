// Before and after: pictures are chosen, the text as it is now is tried on them by a worker, and what
// came out is shown as it comes. A newer trial takes the place of an older one.

import { csrfToken } from "../http.js";
import { mountCompare } from "../compare.js";
import { announce } from "../toast.js";

const MOST = 4;
const AGAIN = 600; // milliseconds between two looks
const KEY = "loupe.recipe-pictures";

export function startTrial(page, text) {
  const root = page.querySelector('[data-part="trial"]');
  const find = (name) => root.querySelector(`[data-trial-${name}]`);
  const state = { chosen: new Map(JSON.parse(sessionStorage.getItem(KEY) ?? "[]")), html: "", mounted: [], turn: 0 };

  function say(words, tone = "") {
    find("state").hidden = !words;
    find("state").className = `notice ${tone}`;
    find("state").textContent = words;
  }

  function showChosen() {
    sessionStorage.setItem(KEY, JSON.stringify([...state.chosen]));
    find("count").textContent = state.chosen.size ? `${state.chosen.size} of ${MOST} chosen` : `Choose up to ${MOST}`;
    find("chosen").replaceChildren(
      ...[...state.chosen].map(([pk, title]) => {
        const chip = document.createElement("li");
        chip.className = "chip";
        const words = document.createElement("span");
        words.className = "truncate";
        words.textContent = title;
        const button = document.createElement("button");
        button.type = "button";
        button.dataset.unpick = pk;
        button.ariaLabel = `Leave out ${title}`;
        button.textContent = "×";
        chip.append(words, button);
        return chip;
      }),
    );
    for (const one of root.querySelectorAll("[data-pick]")) one.setAttribute("aria-pressed", String(state.chosen.has(one.dataset.pick)));
  }

  async function search() {
    const words = root.querySelector("input[type=search]").value;
    const turn = (state.searched = (state.searched ?? 0) + 1);
    const answer = await fetch(`${root.dataset.pictures}?q=${encodeURIComponent(words)}`);
    if (!answer.ok || answer.redirected || turn !== state.searched) return;
    find("pictures").innerHTML = await answer.text();
    showChosen();
  }

  async function send(options) {
    const answer = await fetch(root.dataset.url, options);
    if (answer.redirected) throw new Error("You are signed out: sign in in another tab, then try again.");
    const json = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
    if (!answer.ok) throw new Error(json.detail ?? `That did not work (${answer.status}).`);
    return json;
  }

  async function run() {
    const turn = (state.turn += 1);
    const body = new FormData();
    body.append("text", text());
    body.append("brand", page.querySelector("[name=brand]")?.value ?? page.dataset.brand);
    body.append("edge", root.querySelector("select").value);
    for (const pk of state.chosen.keys()) body.append("asset", pk);
    root.setAttribute("aria-busy", "true");
    say("Waiting for a worker …");
    try {
      let told = await send({ method: "POST", body, headers: { "X-CSRFToken": csrfToken() } });
      while (turn === state.turn) {
        show(told);
        if (!["waiting", "running"].includes(told.state)) break;
        await new Promise((resolve) => setTimeout(resolve, AGAIN));
        told = await send({});
      }
      if (turn === state.turn) announce("The trial is done.");
    } catch (error) {
      if (turn === state.turn) say(error instanceof TypeError ? "The server could not be reached." : error.message, "danger");
    } finally {
      if (turn === state.turn) root.removeAttribute("aria-busy");
    }
  }

  function show({ state: how, doing, html }) {
    say({ waiting: "Waiting for a worker …", running: `Working: ${doing || "decoding"} …` }[how] ?? "");
    if (html === state.html) return;
    state.html = html;
    for (const one of state.mounted) one.stop();
    find("results").innerHTML = html;
    state.mounted = [...root.querySelectorAll("[data-compare-later]")].map(mountCompare);
  }

  root.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const { pick, unpick, title, toLine } = button.dataset;
    if (pick && !state.chosen.delete(pick)) {
      if (state.chosen.size < MOST) state.chosen.set(pick, title);
      else say(`${MOST} pictures are enough for a trial: leave one out first.`, "warn");
    }
    if (unpick) state.chosen.delete(unpick);
    if (pick || unpick) showChosen();
    if (toLine) page.dispatchEvent(new CustomEvent("to-line", { detail: Number(toLine) }));
    if (button === find("run")) run();
  });
  root.querySelector("input[type=search]").addEventListener("input", () => {
    clearTimeout(state.timer);
    state.timer = setTimeout(search, 200);
  });
  showChosen();
  search();
  return {
    // A text with faults cannot be tried: the button says so, and why is told beside the text.
    outputs(names) {
      find("run").disabled = names === null || !names.length;
    },
  };
}
