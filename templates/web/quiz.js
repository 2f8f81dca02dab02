/** The quiz: questions of a choice, in an order drawn from a seed, one at a time. */
import { close } from "./ask.js";
import { answers, text } from "./data.js";
import { all, byId, field, focusOn, make } from "./dom.js";
import { articleOf, currentRoom, questionOf, watchRooms } from "./rooms.js";
import { rating, watchRatings } from "./store.js";

const SWIPE = 60; // pixels
const SEEDS = 1_000_000;

/** @type {string[]} */
let drawn = [];
let at = 0;
let seed = 0;
/** @type {Record<string, number>} */
let rated = {};

export function isAsking() {
  return currentRoom().id === "_quiz" && !byId("_card").hidden;
}

/** @returns {HTMLElement} */
export function card() {
  return /** @type {HTMLElement} */ (byId("_question").firstElementChild);
}

/** @param {string} id */
function chosen(id) {
  return document.getElementById(id) ? field(id).value : "";
}

/** Return the keys of the answers that the reader chose. */
function selected() {
  const [chapter, topic, level, only] = ["_of_chapter", "_of_topic", "_of_level", "_of_rating"].map(chosen);
  return [...answers.values()]
    .filter((answer) => !chapter || answer.chapter === Number(chapter))
    .filter((answer) => !topic || answer.tags.includes(topic))
    .filter((answer) => !level || answer.level === level)
    .filter(({ key }) => !only || (only === "new" ? rating(key) === 0 : [1, 2].includes(rating(key))))
    .map(({ key }) => key);
}

/** Return *keys* in an order that is always the same for a seed (mulberry32, Fisher and Yates).
 * @param {string[]} keys @param {number} start */
export function shuffled(keys, start) {
  const order = [...keys];
  let state = start;
  for (let last = order.length - 1; last > 0; last--) {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    const other = Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * (last + 1));
    [order[last], order[other]] = [order[other], order[last]];
  }
  return order;
}

/** @param {"_setup" | "_card" | "_result"} part */
function showPart(part) {
  for (const id of ["_setup", "_card", "_result"]) byId(id).hidden = id !== part;
}

/** @param {string[]} keys */
function begin(keys) {
  seed = Number.parseInt(field("_seed").value, 10) || 0;
  drawn = shuffled(keys, seed);
  at = 0;
  rated = {};
  showPart("_card");
  ask();
}

/** Show the question that is next, as a copy with names of its own. */
function ask() {
  const copy = /** @type {HTMLElement} */ (articleOf(drawn[at]).cloneNode(true));
  for (const each of [copy, ...all("[id]", copy)]) each.id = `_card.${each.id}`;
  for (const name of ["aria-labelledby", "aria-details"]) {
    for (const each of [copy, ...all(`[${name}]`, copy)]) {
      if (each.hasAttribute(name)) each.setAttribute(name, `_card.${each.getAttribute(name)}`);
    }
  }
  for (const link of all(`a[href^="#${drawn[at]}."]`, copy)) {
    link.setAttribute("href", `#_card.${link.getAttribute("href")?.slice(1)}`);
  }
  close(copy);
  byId("_question").replaceChildren(copy);
  byId("_place").textContent = text("place", { number: at + 1, total: drawn.length, seed });
  byId("_done").style.width = `${(100 * at) / drawn.length}%`;
  field("_back").disabled = at === 0;
  scrollTo(0, 0);
  focusOn(copy);
}

/** Go to the next question, or one back.
 * @param {1 | -1} step */
export function turn(step) {
  if (at + step < 0) return;
  at += step;
  if (at < drawn.length) ask();
  else finish();
}

function finish() {
  const values = drawn.map((key) => rated[key] ?? 0);
  const [skipped, unknown, shaky, known] = [0, 1, 2, 3].map((value) => values.filter((each) => each === value).length);
  const missed = drawn.filter((key) => [1, 2].includes(rated[key]));
  byId("_score").textContent = text("finished", { known, shaky, unknown, skipped });
  byId("_missed").replaceChildren(...missed.map(link));
  byId("_again").hidden = missed.length === 0;
  showPart("_result");
  focusOn(byId("_score"));
}

/** @param {string} key */
function link(key) {
  const code = make("span", { class: "code-chip" }, answers.get(key)?.code ?? "");
  const line = make("a", { href: `#${key}` }, code, make("span", {}, questionOf(articleOf(key))));
  return make("li", {}, line);
}

/** Let the reader choose again. */
function setUp() {
  field("_seed").value = `${crypto.getRandomValues(new Uint32Array(1))[0] % SEEDS}`;
  showPart("_setup");
  count();
}

function count() {
  const { length } = selected();
  byId("_selected").textContent = length ? text("selected", { count: length }) : text("none_selected");
  field("_begin").disabled = length === 0;
}

/** Turn over when a finger moves sideways. */
function watchSwipes() {
  let [x, y] = [0, 0];
  const question = byId("_question");
  question.addEventListener("touchstart", ({ touches: [{ clientX, clientY }] }) => ([x, y] = [clientX, clientY]), { passive: true });
  question.addEventListener("touchend", ({ target, changedTouches: [{ clientX, clientY }] }) => {
    const [right, down] = [clientX - x, clientY - y];
    const scrolls = target instanceof Element && target.closest(".wide, .formula, .long");
    if (scrolls || Math.abs(right) < SWIPE || Math.abs(down) > Math.abs(right) / 2) return;
    turn(right < 0 === (document.dir !== "rtl") ? 1 : -1);
  });
}

export function startQuiz() {
  byId("_setup").addEventListener("change", count);
  byId("_begin").addEventListener("click", () => begin(selected()));
  byId("_next").addEventListener("click", () => turn(1));
  byId("_back").addEventListener("click", () => turn(-1));
  byId("_end").addEventListener("click", finish);
  byId("_anew").addEventListener("click", () => (setUp(), focusOn(byId("_quiz.title"))));
  byId("_again").addEventListener("click", () => begin(drawn.filter((key) => [1, 2].includes(rated[key]))));
  byId("_question").addEventListener("rated", (event) => {
    rated[drawn[at]] = /** @type {CustomEvent} */ (event).detail;
    if (!card().querySelector(".verdict, .choosing")) turn(1);
  });
  watchSwipes();
  watchRatings(count);
  watchRooms(
    () => {},
    (room) => {
      if (room.id === "_quiz" && drawn.length === 0) setUp();
    },
  );
}

