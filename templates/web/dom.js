/** Elements: find, make and copy them. */

/** @param {string} id @returns {HTMLElement} */
export function byId(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

/** @param {string} id @returns {HTMLInputElement | HTMLSelectElement} */
export function field(id) {
  return /** @type {HTMLInputElement} */ (byId(id));
}

/** @param {string} selector @param {ParentNode} [where] @returns {HTMLElement[]} */
export function all(selector, where = document) {
  return [...where.querySelectorAll(selector)].map((element) => /** @type {HTMLElement} */ (element));
}

/** Return a new element with these properties and children.
 * @param {string} name @param {Record<string, string>} attributes @param {(Node | string)[]} children */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** Return a copy of the only element in the template *id*.
 * @param {string} id @returns {HTMLElement} */
export function copyOf(id) {
  const template = /** @type {HTMLTemplateElement} */ (byId(id));
  return /** @type {HTMLElement} */ (template.content.firstElementChild?.cloneNode(true));
}

/** Have screen readers say *text*.
 * @param {string} text */
export function say(text) {
  byId("_status").textContent = text;
}

/** Focus an element that may be none that Tab stops at.
 * @param {HTMLElement} element */
export function focusOn(element) {
  if (!element.hasAttribute("tabindex")) element.tabIndex = -1;
  element.focus({ preventScroll: true });
}

/** @param {EventTarget | null} target @param {string} selector @returns {HTMLElement | null} */
export function near(target, selector) {
  return target instanceof Element ? target.closest(selector) : null;
}
