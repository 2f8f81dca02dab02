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

const plurals = new Intl.PluralRules(document.documentElement.lang);

/** Return the words *name*, with *values* in their places; the value *count* chooses between one and other.
 * @param {string} name @param {Record<string, string | number>} [values] */
export function text(name, values = {}) {
  const forms = data.words[name];
  /** @type {string} */
  const words = forms[plurals.select(Number(values.count))] ?? forms.other ?? forms;
  return Object.entries(values).reduce((filled, [key, value]) => filled.replace(`{${key}}`, `${value}`), words);
}

export const RATINGS = ["new", "unknown", "shaky", "known"];
