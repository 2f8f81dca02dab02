/** The map of the book: a square for each answer, and numbers for those who cannot see it. */
import { answers, RATINGS, text } from "./data.js";
import { all, byId, make, near } from "./dom.js";
import { articleOf, questionOf, watchRooms } from "./rooms.js";
import { rating, watchRatings } from "./store.js";

/** @param {number} chapter */
function keysOf(chapter) {
  return [...answers.values()].filter((answer) => answer.chapter === chapter);
}

/** Add squares and numbers to the row of a chapter.
 * @param {HTMLElement} row */
function addSquares(row) {
  const squares = keysOf(Number(row.dataset.chapter)).map(({ key, code }) => {
    const square = make("span", { class: "square", "data-key": key });
    return make("a", { href: `#${key}`, tabindex: "-1", title: code }, square);
  });
  const drawn = make("div", { "aria-hidden": "true" }, ...squares);
  const numbers = ["1", "2", "3"].map((value) => make("td", { class: "unseen", "data-count": value }));
  row.append(...numbers, make("td", { class: "squares" }, drawn));
}

/** Add the question to the code that a square shows when it is pointed at.
 * @param {PointerEvent} event */
function pointed({ target }) {
  const link = near(target, ".squares a");
  const { key, code } = answers.get(link?.getAttribute("href")?.slice(1) ?? "") ?? {};
  if (link && key && link.title === code) link.title = `${code} ${questionOf(articleOf(key))}`;
}

/** Color the squares, and count. */
function draw() {
  const values = [...answers.keys()].map(rating);
  byId("_sum").textContent = text("sum", { known: values.filter((value) => value === 3).length, total: values.length });
  for (const row of all(".map [data-chapter]")) {
    const counts = [0, 0, 0, 0];
    for (const square of all(".square", row)) {
      const value = rating(square.dataset.key ?? "");
      square.dataset.rating = `${value}`;
      counts[value] += 1;
    }
    for (const cell of all("[data-count]", row)) cell.textContent = `${counts[Number(cell.dataset.count)]}`;
  }
}

export function startMap() {
  let isDrawn = false;
  watchRooms(
    () => {},
    (room) => {
      if (room.id !== "_start" || isDrawn) return;
      isDrawn = true;
      if (!document.querySelector(".map .squares")) all(".map [data-chapter]").forEach(addSquares);
      draw();
    },
  );
  byId("_start").addEventListener("pointerover", pointed);
  watchRatings(() => {
    isDrawn = byId("_start").hasAttribute("hidden") ? false : (draw(), true);
  });
}
