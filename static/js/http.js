// Requests to our own server, with the token that Django wants to see.

export function csrfToken() {
  return document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";
}

// Sends a form body; resolves with the answer's JSON, or throws an Error whose message is a sentence.
export async function post(url, fields) {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    for (const one of [value].flat()) body.append(name, one);
  }
  const response = await fetch(url, { method: "POST", body, headers: { "X-CSRFToken": csrfToken() } });
  const json = response.headers.get("Content-Type")?.includes("json") ? await response.json() : {};
  if (!response.ok) throw new Error(json.detail ?? `That did not work (${response.status}). Nothing was changed.`);
  return json;
}
