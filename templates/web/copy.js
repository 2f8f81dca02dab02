/** Buttons that copy code, and the TeX of displayed formulas. */
import { text } from "./data.js";
import { all, copyOf, near, say } from "./dom.js";
import { watchRooms } from "./rooms.js";

/** @param {HTMLElement} room */
function addButtons(room) {
  for (const box of all("pre, .formula", room)) {
    const button = copyOf("_copy");
    button.textContent = text(box.matches("pre") ? "copy" : "copy_tex");
    box.append(button);
  }
}

/** @param {HTMLElement} button @returns {string} */
function source(button) {
  const box = /** @type {HTMLElement} */ (button.parentElement);
  return box.querySelector("math")?.getAttribute("alttext") ?? box.querySelector("code")?.textContent ?? "";
}

/** Copy *words*; pages that are opened as files may have no clipboard.
 * @param {string} words */
async function copyText(words) {
  try {
    await navigator.clipboard.writeText(words);
  } catch {
    const area = document.createElement("textarea");
    area.value = words;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
}

export function startCopying() {
  watchRooms(addButtons);
  document.addEventListener("click", async ({ target }) => {
    const button = near(target, ".copy");
    if (!button) return;
    await copyText(source(button));
    button.focus();
    const words = button.textContent;
    button.textContent = text("copied");
    say(text("copied"));
    setTimeout(() => (button.textContent = words), 1500);
  });
}
