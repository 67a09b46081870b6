// The login page that iampass-authentication shows as an example, and the emulator's phone beside it: a person's browser,
// the person's phone and a stranger's browser.
//
// Takes INTEROP_LOGIN, where the page is, and IAMPASS_SERVER, the emulator that it brought along. NODE_PATH must name the
// folder that has playwright-core and axe-core. Without a browser it says "skipped". The last line counts the checks.
import { SERVER, check, equal, finish } from "./browser_checks.mjs";
import { startOrSkip } from "./chromium.mjs";

const LOGIN = process.env.INTEROP_LOGIN;
const USER = `<i>zoë&</i>`;
const ADMIN = `${SERVER}/_emulator/v1`;

const heading = (page) => page.getByRole("heading", { level: 1 });

/** Waits until a page, which loads itself again, has another heading, and says which came. */
async function comes(what, page, expected) {
  await heading(page).getByText(expected).waitFor().catch(() => {});
  equal(what, await heading(page).innerText(), expected);
}

async function submit(page, button, user) {
  const form = page.locator("form").filter({ has: page.getByRole("button", { name: button }) });
  if (user !== undefined) await form.getByLabel("User name").fill(user);
  await form.getByRole("button").click();
  await page.waitForLoadState();
}

async function admin(path, value) {
  const response = await fetch(`${ADMIN}/${path}`, {
    method: value ? "POST" : "GET",
    headers: { "Content-Type": "application/json" },
    body: value && JSON.stringify(value),
  });
  check(`${path} ${JSON.stringify(value)}`, response.ok, `${response.status}`);
  return response.headers.get("content-type")?.includes("json") ? response.json() : null;
}
const newest = async () => (await admin("sign-ins")).at(-1);

/** Starts a sign-in, and opens the phone's page. */
async function start(person, phone) {
  await submit(person, "Sign in", USER);
  await comes("the page waits", person, "Look at your phone");
  const { phone_url } = await newest();
  await phone.goto(phone_url);
  return phone;
}

async function registers(person, phone) {
  await person.goto(LOGIN);
  await submit(person, "Sign in", USER);
  check("nobody signs in before", (await person.getByRole("status").innerText()).includes("cannot sign in"));
  await submit(person, "Register a phone", USER);
  check("a code to scan", await person.locator("svg").isVisible());
  await phone.goto(await person.getByRole("link", { name: "the link" }).getAttribute("href"));
  await phone.getByRole("button").click();
  await comes("the phone is registered", phone, "This phone is registered");
  await person.getByRole("link", { name: "sign in" }).click();
}

async function approves(person, phone, stranger) {
  await start(person, phone);
  check("the phone shows who is asked", (await phone.locator("main").innerText()).includes(USER), await phone.locator("main").innerText());
  await phone.getByRole("button", { name: "Approve" }).click();
  await comes("signed in", person, "You are signed in");
  check("the user's own page", (await person.locator("body").innerText()).includes(USER));
  await stranger.goto(LOGIN);
  await comes("and nobody else", stranger, "Sign in");
}

async function isSignedOutElsewhere(person) {
  const { session_token } = await newest();
  await admin(`sign-ins/${session_token}`, { session_status: "walkaway" });
  await comes("the phone has gone", person, "Where is your phone?");
  await admin(`sign-ins/${session_token}`, { session_status: "active" });
  await comes("the phone is back", person, "You are signed in");
  await admin(`sign-ins/${session_token}`, { session_status: "closed" });
  await comes("signed out", person, "Sign in");
}

async function denies(person, phone) {
  await start(person, phone);
  await phone.getByRole("button", { name: "Deny" }).click();
  await comes("not signed in", person, "Sign in");
  equal("the service knows", (await newest()).session_status, "cancelled");
}

async function doesNotReact(person, phone) {
  await start(person, phone);
  await admin("clock", { move_by_seconds: 61 });
  await comes("timed out", person, "Sign in");
  equal("the service knows", (await newest()).session_status, "timeout");
}

async function signsOut(person, phone) {
  await start(person, phone);
  await phone.getByRole("button", { name: "Approve" }).click();
  await comes("signed in once more", person, "You are signed in");
  await submit(person, "Sign out");
  await comes("signed out", person, "Sign in");
  equal("the service knows", (await newest()).session_status, "closed");
}

const browser = await startOrSkip();
try {
  const [person, phone, stranger] = await Promise.all(
    [1280, 390, 1280].map(async (width) => {
      // The pages work without scripts.
      const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width, height: 844 } });
      const page = await context.newPage();
      page.setDefaultTimeout(20_000);
      return page;
    }),
  );
  await registers(person, phone);
  await approves(person, phone, stranger);
  await isSignedOutElsewhere(person);
  await denies(person, phone);
  await doesNotReact(person, phone);
  await signsOut(person, phone);
  const cookies = await person.context().cookies(LOGIN);
  check("one cookie, hidden from scripts", cookies.length === 1 && cookies[0].httpOnly, JSON.stringify(cookies));
} finally {
  await browser.close();
}
finish();
