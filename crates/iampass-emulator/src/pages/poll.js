// Keeps the phone's page as it would be if it were loaded anew, as long as somebody sees it.
import { refresh } from "./refresh.js";

const PAUSE = 1000;

async function look() {
  // An emulator that is away may come back.
  const isThere = document.hidden || (await refresh().catch(() => true));
  if (isThere) setTimeout(look, PAUSE);
  // The phone was lost or replaced, and the page says so when it is loaded anew.
  else location.reload();
}

setTimeout(look, PAUSE);
