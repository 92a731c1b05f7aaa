// A link to an operation (#assets_list) opens it.

function openNamed() {
  const named = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (named?.matches("details.operation")) named.open = true;
}

window.addEventListener("hashchange", openNamed);
openNamed();
