/** The menu: colors, progress as a file, and a list of keys. */
import { book, text } from "./data.js";
import { byId, field, make, say } from "./dom.js";
import { clearRatings, exported, isKept, load, setSetting, setting, watchRatings } from "./store.js";

const menu = /** @type {HTMLDialogElement} */ (byId("_menu"));

export function openMenu() {
  byId("_sure").hidden = true;
  menu.showModal();
}

function applyTheme() {
  const theme = setting("theme");
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  field("_theme").value = theme;
  field("_shortcuts").value = setting("shortcuts");
}

/** Have the browser save the progress as a file. */
function save() {
  const address = URL.createObjectURL(new Blob([exported()], { type: "application/json" }));
  const link = make("a", { href: address, download: `${book}-progress.json` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

async function loadFile() {
  const input = /** @type {HTMLInputElement} */ (field("_file"));
  const [file] = input.files ?? [];
  const count = file ? await load(file) : 0;
  input.value = "";
  tell(count ? text("loaded", { count }) : text("not_loaded"));
}

/** @param {string} words */
function tell(words) {
  byId("_told").textContent = words;
}

/** Ask before progress is cleared, and leave the focus on a button that is still there.
 * @param {boolean} asks */
function askToClear(asks) {
  byId("_sure").hidden = !asks;
  byId(asks ? "_no" : "_clear").focus();
}

export function startMenu() {
  applyTheme();
  byId("_more").addEventListener("click", openMenu);
  byId("_close").addEventListener("click", () => menu.close());
  for (const name of ["theme", "shortcuts"]) {
    field(`_${name}`).addEventListener("change", () => {
      setSetting(name, field(`_${name}`).value);
      applyTheme();
    });
  }
  byId("_export").addEventListener("click", save);
  byId("_import").addEventListener("click", () => field("_file").click());
  field("_file").addEventListener("change", loadFile);
  byId("_clear").addEventListener("click", () => askToClear(true));
  byId("_no").addEventListener("click", () => askToClear(false));
  byId("_yes").addEventListener("click", () => {
    clearRatings();
    askToClear(false);
    tell(text("cleared"));
  });
  let isTold = false;
  watchRatings(() => {
    if (isKept() || isTold) return;
    isTold = true;
    say(text("not_stored"));
    tell(text("not_stored"));
  });
}
