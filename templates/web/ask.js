/** Questions that are asked: their answers open, hints and choices too, and readers say how well they knew them. */
import { answers, RATINGS, text } from "./data.js";
import { all, byId, copyOf, focusOn, make, near, say } from "./dom.js";
import { currentRoom } from "./rooms.js";
import { rating, setRating, watchRatings } from "./store.js";

const UNKNOWN = 1;
const KNOWN = 3;

/** @param {HTMLElement} article */
export function keyOf(article) {
  return article.id.replace(/^_card\./, "");
}

/** @param {Element} article @returns {HTMLElement} */
function replyOf(article) {
  return /** @type {HTMLElement} */ (article.querySelector(".reply"));
}

/** @param {HTMLElement} article */
export function isOpen(article) {
  return !replyOf(article).hasAttribute("hidden");
}

/** Hide the answer of *article*, which is asked.
 * @param {HTMLElement} article */
export function close(article) {
  leaveOpen(article);
  const reply = replyOf(article);
  reply.setAttribute("hidden", "until-found");
  article.querySelector("details.hint")?.removeAttribute("open");
  const choices = /** @type {HTMLElement | null} */ (article.querySelector(".choices"));
  if (choices) offer(choices);
  reply.before(copyOf(choices && isMultiple(choices) ? "_check" : "_reveal"));
}

/** Show the answer of *article*, which is not asked.
 * @param {HTMLElement} article */
export function leaveOpen(article) {
  replyOf(article).removeAttribute("hidden");
  for (const each of all(".reveal, .check, .rate, .verdict, .choose", article)) each.remove();
  for (const each of all(".choosing, .is-right", article)) each.classList.remove("choosing", "is-right");
}

/** Show the answer of *article*, and ask how well it was known.
 * @param {HTMLElement} article */
export function reveal(article) {
  if (isOpen(article)) return;
  const reply = replyOf(article);
  reply.removeAttribute("hidden");
  for (const each of all(".reveal, .check", article)) each.remove();
  reply.after(copyOf("_rate"));
  mark(article);
  focusOn(reply);
}

/** @param {HTMLElement} article @param {number} value */
export function rate(article, value) {
  const key = keyOf(article);
  say(text("rated", { code: answers.get(key)?.code ?? "", rating: text(RATINGS[value]) }));
  setRating(key, value);
  article.dispatchEvent(new CustomEvent("rated", { bubbles: true, detail: value }));
}

/** Press the button of the rating that *article* has.
 * @param {HTMLElement} article */
function mark(article) {
  for (const button of all(".rate button", article)) {
    button.setAttribute("aria-pressed", `${Number(button.dataset.rating) === rating(keyOf(article))}`);
  }
}

/** @param {HTMLElement} choices */
function rightOnes(choices) {
  return (choices.dataset.right ?? "").split(" ").map(Number);
}

/** @param {HTMLElement} choices */
function isMultiple(choices) {
  return rightOnes(choices).length > 1;
}

/** Put a button before each choice.
 * @param {HTMLElement} choices */
function offer(choices) {
  choices.classList.add("choosing");
  all(":scope > ol > li", choices).forEach((item, index) => {
    const letter = String.fromCharCode("A".charCodeAt(0) + index);
    const button = copyOf("_choose");
    button.textContent = letter;
    button.setAttribute("aria-label", text("choose", { letter }));
    item.prepend(button);
  });
}

/** @param {HTMLElement} button */
function choose(button) {
  const article = /** @type {HTMLElement} */ (button.closest(".answer"));
  if (isOpen(article)) return;
  button.setAttribute("aria-pressed", `${button.getAttribute("aria-pressed") !== "true"}`);
  if (!isMultiple(/** @type {HTMLElement} */ (button.closest(".choices")))) judge(article);
}

/** Compare the choices that were made with the right ones.
 * @param {HTMLElement} article */
function judge(article) {
  const choices = /** @type {HTMLElement} */ (article.querySelector(".choices"));
  const right = rightOnes(choices);
  const items = all(":scope > ol > li", choices);
  const made = items.map((item) => item.querySelector(".choose")?.getAttribute("aria-pressed") === "true");
  const isRight = made.every((chosen, index) => chosen === right.includes(index + 1));
  right.forEach((number) => items[number - 1].classList.add("is-right"));
  reveal(article);
  choices.append(make("p", { class: "verdict" }, text(isRight ? "right" : "wrong")));
  rate(article, isRight ? KNOWN : UNKNOWN);
  say(text(isRight ? "right" : "wrong"));
}

/** @param {HTMLElement} article */
export function toggleHint(article) {
  const hint = article.querySelector("details.hint");
  if (hint instanceof HTMLDetailsElement) hint.open = !hint.open;
}

/** @param {MouseEvent} event */
function clicked({ target }) {
  const article = near(target, ".answer");
  const button = near(target, "button");
  if (!article || !button) return;
  if (near(button, ".reveal")) reveal(article);
  else if (near(button, ".check")) judge(article);
  else if (near(button, ".rate")) rate(article, Number(button.dataset.rating));
  else if (button.matches(".choose")) choose(button);
}

export function startAsking() {
  document.addEventListener("click", clicked);
  byId("_main").addEventListener("beforematch", ({ target }) => {
    const article = near(target, ".answer");
    if (article && near(target, ".reply")) reveal(article);
  });
  watchRatings(() => all(".answer:has(.rate)", currentRoom()).forEach(mark));
}
