/** Search as you type: a scan of all text, which is read when the reader first looks for something. */
import { answers, text } from "./data.js";
import { all, byId, field, focusOn, make, near } from "./dom.js";
import { articleOf, currentRoom, questionOf, rooms, show } from "./rooms.js";
import { reveal } from "./ask.js";

/** @typedef {{key: string, texts: string[], folded: string[]}} Entry */

const WEIGHTS = [8, 5, 4, 3, 1]; // of question, terms, topics, gist, whole answer
const MOST = 30; // results that are listed
const SLICE = 40; // milliseconds of reading between two moments in which the browser can do other things
const PAUSE = 1000; // milliseconds until results are listed again while there is more to read
const AROUND = 70; // characters of text before and after what was found

/** @type {Entry[]} */
const entries = [];
/** @type {HTMLElement[] | undefined} */
let unread;
/** @type {HTMLElement | undefined} */
let before;
let listed = -PAUSE; // when results were listed
/** @type {EventTarget | null} */
let from = null;

/** Return *words* without capitals and diacritics, each letter in its place.
 * @param {string} words */
function fold(words) {
  return words.replace(/[^\0-\x7f]/gu, bare).toLowerCase();
}

/** Return *letter* without its diacritics, or as it is if it would be longer or gone.
 * @param {string} letter */
function bare(letter) {
  const base = letter.normalize("NFD").replace(/\p{M}/gu, "").normalize("NFC");
  return base.length === letter.length ? base : letter;
}

/** Read the text of a chapter, whether it is filled in or not.
 * @param {HTMLElement} room */
function read(room) {
  const inert = room.querySelector("noscript")?.textContent;
  const where = inert ? new DOMParser().parseFromString(inert, "text/html") : room;
  for (const article of all(".answer", where)) {
    const answer = answers.get(article.id);
    if (!answer) continue;
    const texts = [
      questionOf(article).trim(),
      all('span[id*=".term"]', article).map((term) => term.textContent).join(" "),
      answer.tags.join(" "),
      textOf(".gist", article),
      textOf(".whole", article),
    ].map((part) => part.normalize("NFC"));
    entries.push({ key: answer.key, texts, folded: texts.map(fold) });
  }
}

/** @param {string} selector @param {HTMLElement} article */
function textOf(selector, article) {
  const parts = all(`${selector} > :not(.label, footer)`, article).map((part) => part.textContent);
  return parts.join(" ").replace(/\s+/g, " ").trim();
}

/** Read on for a moment, and again when the browser has had one for other things; now and then list what is found. */
function readOn() {
  unread ??= rooms().filter((room) => room.matches(".chapter"));
  const end = performance.now() + SLICE;
  for (let room = unread.shift(); room; room = performance.now() < end ? unread.shift() : undefined) read(room);
  if (currentRoom().id === "_search" && (!unread.length || end > listed + PAUSE)) list();
  if (unread.length) setTimeout(readOn);
}

/** Return how well an answer fits: 0 if a word is nowhere in it.
 * @param {Entry} entry @param {string[]} words */
function score({ folded }, words) {
  let sum = 0;
  for (const word of words) {
    const where = folded.findIndex((part) => part.includes(word));
    if (where < 0) return 0;
    const begins = where === 0 && ` ${folded[0]}`.includes(` ${word}`);
    sum += WEIGHTS[where] + (begins ? 2 : 0);
  }
  return sum;
}

/** @param {string[]} words */
function search(words) {
  const found = entries.map((entry) => ({ entry, value: score(entry, words) })).filter(({ value }) => value > 0);
  return found.sort((one, other) => other.value - one.value).map(({ entry }) => entry);
}

/** @param {Entry} entry @param {string[]} words */
function result({ key, texts, folded }, words) {
  const { code } = /** @type {import("./data.js").Answer} */ (answers.get(key));
  const question = make("span", {}, ...marked(texts[0], folded[0], words));
  const link = make("a", { href: `#${key}`, "data-found": "" }, make("span", { class: "code-chip" }, code), question);
  return make("li", {}, link, make("p", {}, ...around(texts, folded, words)));
}

/** Return the text around the first word that is found in gist or answer.
 * @param {string[]} texts @param {string[]} folded @param {string[]} words */
function around(texts, folded, words) {
  const where = [3, 4].find((part) => words.some((word) => folded[part].includes(word))) ?? 3;
  const first = Math.min(...words.map((word) => folded[where].indexOf(word)).filter((place) => place >= 0), Infinity);
  const start = Number.isFinite(first) ? Math.max(0, first - AROUND) : 0;
  const end = start + 2.5 * AROUND;
  const cut = [start ? "…" : "", end < texts[where].length ? "…" : ""];
  return [cut[0], ...marked(texts[where].slice(start, end), folded[where].slice(start, end), words), cut[1]];
}

/** Return a text with *words* marked in it: folding keeps the places of letters.
 * @param {string} whole @param {string} folded @param {string[]} words */
function marked(whole, folded, words) {
  /** @type {(string | Node)[]} */
  const parts = [];
  let at = 0;
  while (at < whole.length) {
    const hits = words.map((word) => ({ word, place: folded.indexOf(word, at) })).filter(({ place }) => place >= 0);
    if (!hits.length) break;
    const { word, place } = hits.reduce((one, other) => (other.place < one.place ? other : one));
    parts.push(whole.slice(at, place), make("mark", {}, whole.slice(place, place + word.length)));
    at = place + word.length;
  }
  return [...parts, whole.slice(at)];
}

/** Return the words that are looked for. */
function query() {
  return fold(field("_query").value.normalize("NFC")).split(/\s+/).filter(Boolean);
}

/** List what is found. */
function list() {
  listed = performance.now();
  const words = query();
  const found = search(words);
  byId("_found").textContent = found.length ? text("found", { count: found.length }) : text("none_found");
  byId("_results").setAttribute("aria-busy", `${unread?.length !== 0}`);
  byId("_results").replaceChildren(...found.slice(0, MOST).map((entry) => result(entry, words)));
}

/** Show what is found; an empty query leads back. */
function typed() {
  const here = currentRoom();
  if (!query().length) {
    if (here.id === "_search" && before) show(before);
    return;
  }
  if (here.id !== "_search") {
    before = here;
    show(byId("_search"));
  }
  if (unread) list();
  else readOn();
}

/** Give the focus back to what had it, or else to the title of the room. */
function leave() {
  const was = from instanceof HTMLElement && from.checkVisibility() ? from : currentRoom().querySelector("h2");
  focusOn(/** @type {HTMLElement} */ (was));
}

/** @param {KeyboardEvent} event */
function pressed(event) {
  const first = /** @type {HTMLElement | null} */ (document.querySelector("#_results a"));
  if (event.key === "Escape") {
    field("_query").value = "";
    typed();
    leave();
    event.preventDefault();
  } else if (event.key === "Enter") first?.click();
  else if (event.key === "ArrowDown" && first) {
    first.focus();
    event.preventDefault();
  }
}

export function startSearch() {
  field("_query").addEventListener("input", typed);
  byId("_query").addEventListener("keydown", pressed);
  byId("_query").addEventListener("focus", ({ relatedTarget }) => (from = relatedTarget));
  byId("_results").addEventListener("click", ({ target }) => {
    const link = near(target, "a[data-found]");
    const key = link?.getAttribute("href")?.slice(1) ?? "";
    if (!answers.has(key)) return;
    field("_query").value = "";
    if (location.hash === `#${key}`) dispatchEvent(new HashChangeEvent("hashchange"));
    setTimeout(() => reveal(articleOf(key)));
  });
}
