// Two versions side by side; which two is chosen above, and B held down shows the other.

import { mountCompare } from "./compare.js";
import { registerKeys } from "./keys.js";

const element = document.querySelector(".compare");
const compare = element?.dataset.compare === undefined ? null : mountCompare(element);

document.querySelector("[data-pick]").addEventListener("change", (event) => event.currentTarget.submit());

registerKeys([
  { key: "b", label: "Hold: the other version", run: () => compare?.blink(true), release: () => compare?.blink(false) },
  { key: "Space", label: "Fit, or full size", run: () => compare?.zoom() },
  { key: "1", label: "Wipe", run: () => compare?.mode("wipe") },
  { key: "2", label: "Side by side", run: () => compare?.mode("side") },
  { key: "3", label: "Blink", run: () => compare?.mode("blink") },
  { key: "4", label: "Difference", run: () => compare?.mode("difference") },
  { key: "Escape", label: "Back to the picture", run: () => document.querySelector("[data-back]").click() },
]);
