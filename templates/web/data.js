/** What the page knows of the book, and its words. */
import { byId } from "./dom.js";

/** @typedef {{key: string, code: string, level: string, tags: string[], chapter: number}} Answer */

const data = JSON.parse(byId("_data").textContent || "");

/** @type {string} */
export const book = data.book;

/** The answers by key, in the order of the book.
 * @type {Map<string, Answer>} */
export const answers = new Map();
for (const { number: chapter, answers: listed } of data.chapters) {
  for (const [key, code, level, tags] of listed) answers.set(key, { key, code, level, tags, chapter });
}

/** Return the words *name*, with *values* in their places.
 * @param {string} name @param {Record<string, string | number>} [values] */
export function text(name, values = {}) {
  return Object.entries(values).reduce((words, [key, value]) => words.replace(`{${key}}`, `${value}`), data.words[name]);
}

export const RATINGS = ["new", "unknown", "shaky", "known"];
