/** Rooms: the sections of the page, one of which is shown. What is in them is inert text until it is needed. */
import { answers } from "./data.js";
import { all, byId, focusOn } from "./dom.js";

const ALL_AT_ONCE = 2000; // answers of a book that is filled in while nothing else is to be done

/** @type {((room: HTMLElement) => void)[]} */
const whenFilled = [];
/** @type {((room: HTMLElement) => void)[]} */
const whenShown = [];

/** @param {(room: HTMLElement) => void} filled @param {(room: HTMLElement) => void} [shown] */
export function watchRooms(filled, shown) {
  whenFilled.push(filled);
  if (shown) whenShown.push(shown);
}

export function rooms() {
  return all("main > .room");
}

export function currentRoom() {
  return rooms().find((room) => !room.hidden && !room.hasAttribute("hidden")) ?? byId("_start");
}

/** Make elements of the text that browsers without script show.
 * @param {HTMLElement} room */
export function fill(room) {
  const inert = room.querySelector("noscript");
  if (!inert) return;
  const filled = document.createElement("template");
  filled.innerHTML = inert.textContent || "";
  inert.replaceWith(filled.content);
  for (const watcher of whenFilled) watcher(room);
}

/** Show a room instead of the one before.
 * @param {HTMLElement} room */
export function show(room) {
  fill(room);
  for (const other of rooms()) {
    if (other !== room) other.setAttribute("hidden", other.matches(".scripted, #_start") ? "" : "until-found");
  }
  room.removeAttribute("hidden");
  for (const watcher of whenShown) watcher(room);
}

/** Return the element of an answer.
 * @param {string} key @returns {HTMLElement} */
export function articleOf(key) {
  fill(byId(`_chapter${answers.get(key)?.chapter}`));
  return byId(key);
}

/** Return the words of a question.
 * @param {ParentNode} article */
export function questionOf(article) {
  return article.querySelector("h3 > span")?.textContent ?? "";
}

/** Go where the address says; *moves* unless the page has just been opened.
 * @param {boolean} moves */
function follow(moves) {
  const id = decodeURIComponent(location.hash.slice(1)) || "_start";
  if (id === "_main" || id.startsWith("_card.")) return;
  const key = id.split(".")[0];
  const target = answers.has(key) ? articleOf(key) && byId(id) : byId(id);
  const room = /** @type {HTMLElement | null} */ (target?.closest(".room")) ?? byId("_start");
  show(room);
  if (target && target !== room) arrive(target);
  else if (moves) {
    scrollTo(0, 0);
    focusOn(/** @type {HTMLElement} */ (room.querySelector("h2")));
  }
}

/** @param {HTMLElement} target */
function arrive(target) {
  const reply = target.closest(".reply");
  if (reply) target.dispatchEvent(new Event("beforematch", { bubbles: true }));
  target.scrollIntoView();
  focusOn(target);
}

/** @param {Event} event */
function found({ target }) {
  if (!(target instanceof HTMLElement) || !target.matches(".room")) return;
  show(target);
  history.replaceState(null, "", `#${target.id}`);
}

/** Fill one room after the other, whenever the browser has nothing else to do. */
function fillAll() {
  const next = rooms().find((room) => room.querySelector("noscript"));
  if (!next) return;
  fill(next);
  whenIdle(fillAll);
}

/** @param {() => void} task */
function whenIdle(task) {
  if ("requestIdleCallback" in window) requestIdleCallback(task, { timeout: 2000 });
  else setTimeout(task, 50);
}

export function startRooms() {
  addEventListener("hashchange", () => follow(true));
  byId("_main").addEventListener("beforematch", found);
  follow(false);
  if (answers.size <= ALL_AT_ONCE) whenIdle(fillAll);
}
