/** The three ways into the book: it asks, it is read, or it is a sheet of short answers. */
import { close, leaveOpen } from "./ask.js";
import { all, near } from "./dom.js";
import { currentRoom, watchRooms } from "./rooms.js";
import { setSetting, setting } from "./store.js";

const WAYS = ["ask", "read", "sheet"];
const root = document.documentElement;

/** Have the answers of a room open or closed, as the way demands.
 * @param {HTMLElement} room */
function apply(room) {
  if (!room.matches(".chapter") || room.dataset.shown === root.dataset.way) return;
  room.dataset.shown = root.dataset.way;
  for (const article of all(".answer", room)) (root.dataset.way === "ask" ? close : leaveOpen)(article);
}

/** @param {string} way */
function go(way) {
  root.dataset.way = way;
  for (const button of all(".ways button")) button.setAttribute("aria-pressed", `${button.dataset.way === way}`);
}

/** Change the way, and keep the answer at the top of the window where it is.
 * @param {string} way */
function change(way) {
  const room = currentRoom();
  const top = all(".answer", room).find((article) => article.getBoundingClientRect().bottom > 120);
  const offset = top?.getBoundingClientRect().top ?? 0;
  go(way);
  setSetting("way", way);
  apply(room);
  if (top) scrollBy(0, top.getBoundingClientRect().top - offset);
}

export function startWays() {
  go(WAYS.includes(setting("way")) ? setting("way") : "ask");
  watchRooms((room) => delete room.dataset.shown, apply);
  document.addEventListener("click", ({ target }) => {
    const control = near(target, "[data-way]:not(html)");
    if (control?.dataset.way) change(control.dataset.way);
  });
}
