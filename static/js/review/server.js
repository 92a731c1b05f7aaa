// What the review page says to the server, and the three ways in which it may not work out.

import { csrfToken } from "../http.js";

// The server understood and said no; the message is its sentence.
export class Refused extends Error {}
// The server was not reached, or is not ready: worth trying again.
export class Unreachable extends Error {}

const PASSING = new Set([429, 502, 503, 504]);

export async function send(url, fields) {
  const body = new FormData();
  for (const [name, value] of fields) body.append(name, value);
  const headers = { Accept: "application/json", "X-CSRFToken": csrfToken() };
  return answer(() => fetch(url, { method: "POST", body, headers, keepalive: true }));
}

export async function load(url) {
  return answer(() => fetch(url, { headers: { Accept: "application/json" } }));
}

async function answer(ask) {
  const response = await ask().catch(() => {
    throw new Unreachable("The server cannot be reached.");
  });
  if (PASSING.has(response.status)) throw new Unreachable("The server is busy.");
  if (response.redirected) throw new Unreachable("You are signed out: sign in again in another tab.");
  if (response.status === 204) return {};
  const json = response.headers.get("Content-Type")?.includes("json") ? await response.json() : {};
  if (!response.ok) throw new Refused(json.detail ?? `That did not work (${response.status}).`);
  return json;
}

// Sent while the page goes away: nobody waits for the answer.
export function farewell(url, fields) {
  const body = new FormData();
  body.append("csrfmiddlewaretoken", csrfToken());
  for (const [name, value] of fields) body.append(name, value);
  navigator.sendBeacon(url, body);
}
