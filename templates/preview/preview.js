// Updates pages in place, so that scroll positions and open hints are kept.
"use strict";

const frame = document.querySelector("iframe");
let shown = { front: document.cloneNode(true), view: null };
const leaving = new WeakSet();
let events;
let flipped = false;

const chapters = () => [...document.querySelectorAll(".chapters .all a")];
const box = () => document.getElementById("search");
const isBlank = () => frame.contentDocument.URL === "about:blank";
const pages = () => ({ front: document, view: frame.contentDocument });
const parse = (html, type) => new DOMParser().parseFromString(html, type);

// Applies the difference between `before` and `after` to `live`, and touches nothing else.
function update(live, before, after) {
  if (before.isEqualNode(after)) return;
  const [old, now] = [before.childNodes, after.childNodes];
  const children = [...live.childNodes].filter(child => !leaving.has(child));
  const alike = before.cloneNode().isEqualNode(after.cloneNode());
  if (!alike || old.length !== now.length || old.length !== children.length) return replace(live, after);
  children.forEach((child, i) => update(child, old[i], now[i]));
}

// An old style sheet stays until its replacement has loaded.
function replace(live, after) {
  const node = live.ownerDocument.importNode(after, true);
  if (node.localName !== "link") return live.replaceWith(node);
  leaving.add(live);
  for (const end of ["load", "error"]) node.addEventListener(end, () => live.remove());
  live.after(node);
}

function take(kind, html) {
  const live = pages()[kind];
  const after = parse(html, live.contentType);
  update(live.documentElement, shown[kind].documentElement, after.documentElement);
  shown[kind] = after;
  if (!frame.hasAttribute("src")) begin();
  else if (!isBlank()) look();
}

// Marks the current chapter and view, points every link to that view, and shows the card.
function look() {
  const { pathname, hash } = frame.contentWindow.location;
  for (const [name, address] of chapters().flatMap(link => Object.entries(link.dataset)))
    if (address === pathname) document.body.dataset.view = name;
  const { view } = document.body.dataset;
  const here = chapters().find(link => Object.values(link.dataset).includes(pathname));
  for (const link of document.querySelectorAll(".chapters a, .place a")) {
    link.href = link.dataset[view] ?? link.href;
    link.ariaCurrent = link === here || link.hash && link.dataset[view] === pathname + hash ? "page" : null;
  }
  rove(here ?? chapters()[0]);
  for (const link of document.querySelectorAll(".views a")) {
    link.href = here?.dataset[link.dataset.view] ?? link.href;
    link.ariaCurrent = link.dataset.view === view ? "page" : null;
  }
  if (here) history.replaceState(null, "", `#${pathname}${hash}`);
  if (view === "cards") showCard();
}

// Makes `link` the only tab stop in the list of chapters: arrow keys move within it.
function rove(link) {
  for (const each of chapters()) each.tabIndex = each === link ? 0 : -1;
}

function step(event) {
  const all = chapters();
  const at = all.indexOf(event.target.closest("a"));
  const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: all.length - 1 }[event.key];
  if (at < 0 || !all[to]) return;
  event.preventDefault();
  rove(all[to]);
  all[to].focus();
}

// Shows the answers with all words in the search box instead of the chapters.
async function search() {
  const words = box().value.trim();
  const html = words && await (await fetch(`/search?q=${encodeURIComponent(words)}`)).text();
  if (box().value.trim() !== words) return;
  const found = document.querySelector(".found");
  found.replaceChildren(...parse(html, "text/html").body.childNodes);
  const count = found.querySelectorAll("a").length;
  document.querySelector(".count").textContent = words ? `${count || "No"} ${count === 1 ? "answer" : "answers"}` : "";
  if (!isBlank()) look();
}

// A slash leads to the search box, Enter from there to the first answer found, Escape back to the chapters.
function pressInSearch(event) {
  const isIn = event.target === box();
  if (event.key === "/" && !isIn) box().select();
  else if (event.key === "Enter" && isIn) document.querySelector(".found a")?.click();
  else if (event.key === "Escape" && (isIn || event.target.closest(".found"))) {
    box().value = "";
    box().focus();
    search();
  } else return;
  event.preventDefault();
}

function notify(text) {
  document.querySelector(".notice").textContent = text;
}

// Opens the source of an answer or a problem in the editor, or says how.
async function openSource(event) {
  const { source } = event.target.closest("[data-source]")?.dataset ?? {};
  if (!source) return notify("");
  const headers = { "X-Crib-Token": document.body.dataset.token };
  const reply = await fetch("/source", { method: "POST", headers, body: source });
  const { text, url, copy } = reply.ok ? await reply.json() : { text: `${source} is not part of the book any more` };
  if (url) location.assign(url);
  if (copy) await navigator.clipboard.writeText(copy).catch(() => {}); // it can be read in the notice
  notify(text);
}

// The address in the hash is that of the chapter, so the skip link must not change it.
function skip(event) {
  if (!event.target.closest(".skip")) return;
  event.preventDefault();
  frame.focus();
}

function cards() {
  return [...frame.contentDocument.querySelectorAll(".card")];
}

function showCard(step = 0) {
  const all = cards();
  const at = Math.max(0, all.findIndex(card => `#${card.id}` === frame.contentWindow.location.hash));
  const next = all[Math.min(Math.max(at + step, 0), all.length - 1)];
  if (!next) return;
  if (step) {
    flipped = false;
    frame.contentWindow.history.replaceState(null, "", `#${next.id}`);
    frame.contentWindow.scrollTo(0, 0);
    look();
  }
  for (const card of all) {
    card.classList.toggle("here", card === next);
    card.classList.toggle("flipped", card === next && flipped);
  }
}

function flip() {
  flipped = !flipped;
  showCard();
}

function press(event) {
  if (document.body.dataset.view !== "cards" || event.target.closest("button, input") || event.altKey || event.ctrlKey || event.metaKey) return;
  const act = { " ": flip, ArrowRight: () => showCard(1), ArrowLeft: () => showCard(-1) }[event.key];
  if (!act) return;
  event.preventDefault();
  act();
}

// Other sites open in a new tab.
function click(event) {
  const link = event.target.closest("a[href]");
  if (link && new URL(link.href).origin !== location.origin) {
    event.preventDefault();
    open(link.href, "_blank", "noopener");
  } else if (!event.target.closest("a, button") && document.body.dataset.view === "cards" && event.target.closest(".card") && !frame.contentWindow.getSelection().toString()) {
    flip();
  }
}

// Follows a renamed chapter to its new address, with a notice.
function follow(address, text) {
  frame.src = address;
  notify(text);
}

function listen() {
  const { pathname } = frame.contentWindow.location;
  events?.close();
  events = new EventSource(`/events?shown=${encodeURIComponent(pathname)}`);
  for (const kind of ["front", "view"]) events.addEventListener(kind, event => take(kind, event.data));
  events.addEventListener("moved", event => follow(...event.data.split("\n")));
  events.addEventListener("open", () => document.body.classList.remove("stopped"));
  events.addEventListener("error", () => document.body.classList.add("stopped"));
}

frame.addEventListener("load", () => {
  const page = frame.contentDocument;
  if (isBlank()) return;
  shown.view = page.cloneNode(true);
  flipped = false;
  page.addEventListener("keydown", press);
  page.addEventListener("keydown", pressInSearch);
  page.addEventListener("click", click);
  page.addEventListener("click", openSource);
  frame.contentWindow.addEventListener("hashchange", look);
  look();
  listen();
});
document.addEventListener("keydown", press);
document.addEventListener("keydown", step);
document.addEventListener("keydown", pressInSearch);
document.addEventListener("click", skip);
document.addEventListener("click", openSource);
document.addEventListener("input", search);

// Opens the last page, or the first chapter once there is one.
function begin() {
  const address = location.hash.slice(1);
  const known = chapters().flatMap(link => Object.values(link.dataset));
  if (known.length) frame.src = known.includes(address.split("#")[0]) ? address : known[0];
}

begin();
listen();
