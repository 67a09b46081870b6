// Replaces a page's live parts by what they would be if it were loaded anew.

/** What the server last said of each part, whatever was opened or pressed in it since. */
const served = new Map([...document.querySelectorAll("[data-live]")].map((part) => [part, part.innerHTML]));

/** Loads the page and takes over what has changed; false if the page is no longer there. */
export async function refresh() {
  const response = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" });
  if (!response.ok) return false;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const [part, before] of served) {
    const now = fresh.getElementById(part.id);
    if (!now || now.innerHTML === before) continue;
    served.set(part, now.innerHTML);
    replace(part, now);
  }
  return true;
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
