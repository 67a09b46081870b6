// Keeps a page's live parts as they would be if it were loaded anew. The emulator's events say when to look.
import "./copy.js";
import { refresh } from "./refresh.js";

/** At most one look in this time, however much happens. */
const PAUSE = 300;
const status = document.getElementById("live");
let events;
let waiting = false;

function tell(text) {
  if (status && status.textContent !== text) status.textContent = text;
}

async function update() {
  tell((await refresh()) ? "Updates by itself." : "This page is no longer there.");
}

function look() {
  if (waiting) return;
  waiting = true;
  setTimeout(() => {
    waiting = false;
    update().catch(() => tell("Not connected."));
  }, PAUSE);
}

/** Browsers have six connections to a server, and an open stream takes one: pages that nobody sees have none. */
function connect() {
  if (document.hidden) return events?.close();
  if (events && events.readyState !== EventSource.CLOSED) return;
  events = new EventSource("/_emulator/v1/events");
  events.onopen = look;
  events.onerror = () => tell("Not connected.");
  for (const name of ["request", "state", "missed"]) events.addEventListener(name, look);
}

// A page without live parts, such as one that asks for confirmation, stays as it is.
if (status) {
  document.addEventListener("visibilitychange", connect);
  connect();
}
