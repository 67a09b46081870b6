// Keeps a page's live parts as they would be if it were loaded anew. The emulator's events say when to look.
import "./copy.js";

/** At most one look in this time, however much happens. */
const PAUSE = 300;
const status = document.getElementById("live");
/** What the server last said of each part, whatever was opened or pressed in it since. */
const served = new Map([...document.querySelectorAll("[data-live]")].map((part) => [part, part.innerHTML]));
let events;
let waiting = false;

function tell(text) {
  if (status && status.textContent !== text) status.textContent = text;
}

async function update() {
  const response = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" });
  if (!response.ok) return tell("This page is no longer there.");
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const [part, before] of served) {
    const now = fresh.getElementById(part.id);
    if (!now || now.innerHTML === before) continue;
    served.set(part, now.innerHTML);
    replace(part, now);
  }
  tell("Updates by itself.");
}

/** What is open stays open, and what has the focus keeps it. */
function replace(part, now) {
  for (const details of part.querySelectorAll("details[id]")) {
    const newer = now.querySelector(`#${CSS.escape(details.id)}`);
    if (newer) newer.open = details.open;
  }
  const focused = part.contains(document.activeElement) && [...part.querySelectorAll("a, button, summary")].indexOf(document.activeElement);
  part.replaceChildren(...now.childNodes);
  if (focused !== false) part.querySelectorAll("a, button, summary")[focused]?.focus();
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
