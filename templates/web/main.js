/** The study page: everything begins here. */
import { startAsking } from "./ask.js";
import { startCopying } from "./copy.js";
import { all } from "./dom.js";
import { startKeys } from "./keys.js";
import { startMap } from "./map.js";
import { startMenu } from "./menu.js";
import { startQuiz } from "./quiz.js";
import { startRooms } from "./rooms.js";
import { startSearch } from "./search.js";
import { startWays } from "./ways.js";

for (const each of all(".scripted:not(.room)")) each.hidden = false;
startAsking();
startWays();
startMap();
startQuiz();
startSearch();
startCopying();
startMenu();
startKeys();
startRooms();
