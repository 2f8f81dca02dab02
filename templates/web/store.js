/** Progress and settings, kept in this browser. */
import { answers, book } from "./data.js";

const PROGRESS = `crib:${book}:progress`;
const SETTINGS = `crib:${book}:settings`;
const MOST_BYTES = 20_000_000;

/** @type {Set<() => void>} */
const watchers = new Set();

let keeps = true;

/** @type {Record<string, number>} */
let ratings = valid(read(PROGRESS));

/** @type {Record<string, string>} */
const settings = Object(read(SETTINGS));

/** Tell whether the browser keeps what is stored. */
export function isKept() {
  return keeps;
}

/** @param {string} name @returns {unknown} */
function read(name) {
  try {
    return JSON.parse(localStorage.getItem(name) || "{}");
  } catch {
    return {};
  }
}

/** @param {string} name @param {unknown} value */
function write(name, value) {
  try {
    localStorage.setItem(name, JSON.stringify(value));
  } catch {
    keeps = false;
  }
}

/** Return the ratings among *found*, whatever that is.
 * @param {unknown} found @returns {Record<string, number>} */
function valid(found) {
  const pairs = Object.entries(Object(found)).filter(([key, rating]) => answers.has(key) && [1, 2, 3].includes(rating));
  return Object.fromEntries(pairs);
}

/** Return the rating of an answer: 0 if it has none, 1 not known, 2 shaky, 3 known.
 * @param {string} key */
export function rating(key) {
  return ratings[key] ?? 0;
}

/** @param {string} key @param {number} value */
export function setRating(key, value) {
  change({ ...ratings, [key]: value });
}

export function clearRatings() {
  change({});
}

/** @param {Record<string, number>} changed */
function change(changed) {
  ratings = changed;
  write(PROGRESS, ratings);
  for (const watcher of watchers) watcher();
}

/** Call *watcher* after every change.
 * @param {() => void} watcher */
export function watchRatings(watcher) {
  watchers.add(watcher);
}

/** Return the progress as the text of a file. */
export function exported() {
  return JSON.stringify({ book, ratings }, null, 1);
}

/** Add the progress in a file, and return of how many answers; 0 if it has none of this book.
 * @param {Blob} file @returns {Promise<number>} */
export async function load(file) {
  if (file.size > MOST_BYTES) return 0;
  try {
    const found = JSON.parse(await file.text());
    const loaded = found?.book === book ? valid(found.ratings) : {};
    change({ ...ratings, ...loaded });
    return Object.keys(loaded).length;
  } catch {
    return 0;
  }
}

/** @param {string} name */
export function setting(name) {
  return typeof settings[name] === "string" ? settings[name] : "";
}

/** @param {string} name @param {string} value */
export function setSetting(name, value) {
  settings[name] = value;
  write(SETTINGS, settings);
}

addEventListener("storage", (event) => {
  if (event.key !== PROGRESS) return;
  ratings = valid(read(PROGRESS));
  for (const watcher of watchers) watcher();
});
