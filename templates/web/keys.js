/** Keys: the quiz and the questions of a chapter without a mouse. */
import { isOpen, rate, reveal, toggleHint } from "./ask.js";
import { all, byId, focusOn, near } from "./dom.js";
import { openMenu } from "./menu.js";
import { card, isAsking, turn } from "./quiz.js";
import { currentRoom } from "./rooms.js";
import { setting } from "./store.js";

const BAR = 80; // pixels at the top of the window that the bar may cover

/** Return the answer that keys are for: the one with the focus, or the first in the window. */
function current() {
  if (isAsking()) return card();
  const visible = all(".answer", currentRoom()).find((article) => article.getBoundingClientRect().bottom > BAR);
  return near(document.activeElement, ".answer") ?? visible;
}

/** @param {HTMLElement} article @param {1 | -1} step */
function move(article, step) {
  if (isAsking()) return turn(step);
  const listed = all(".answer", currentRoom());
  const next = listed[listed.indexOf(article) + step];
  if (!next) return;
  next.scrollIntoView();
  focusOn(next);
}

/** Show the answer; in a quiz go on if it is shown.
 * @param {HTMLElement} article */
function space(article) {
  if (!isOpen(article)) reveal(article);
  else if (isAsking()) turn(1);
}

/** Return what a key does, if anything.
 * @param {string} key @returns {(() => void) | undefined} */
function action(key) {
  if (key === "/") return () => byId("_query").focus();
  if (key === "?") return openMenu;
  const article = current();
  if (!article) return undefined;
  const forward = document.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
  if (key === "ArrowLeft" || key === "ArrowRight") return () => move(article, key === forward ? 1 : -1);
  if (document.documentElement.dataset.way !== "ask" && !isAsking()) return undefined;
  if (key === " ") return () => space(article);
  if (key.toLowerCase() === "h") return () => toggleHint(article);
  if (["1", "2", "3"].includes(key) && isOpen(article)) return () => rate(article, Number(key));
  return undefined;
}

/** @param {KeyboardEvent} event */
function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || setting("shortcuts") === "off") return;
  if (near(event.target, "input, select, textarea, dialog")) return;
  if (event.key === " " && near(event.target, "button, summary")) return;
  if (event.key.startsWith("Arrow") && near(event.target, ".wide, .formula, .long")) return;
  const act = action(event.key);
  if (!act) return;
  event.preventDefault();
  act();
}

export function startKeys() {
  document.addEventListener("keydown", pressed);
}
