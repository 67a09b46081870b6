// What the console can do, done in a browser: with JavaScript and without, at desktop and phone width, in light and dark.
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { APPLICATION, LOOKS, SECRET, SERVER, call, check, encode, equal, hasPhone, lookAt, open, signIn, statusOf } from "./browser_checks.mjs";

const press = (page, name) => page.getByRole("button", { name, exact: true }).click();
const heading = (page) => page.getByRole("heading", { level: 1 }).innerText();
/** Without JavaScript a page shows what is new when it is loaded anew. */
const updated = (page, view) => (view.scripted ? undefined : page.getByRole("link", { name: "Reload" }).click());

/** Waits for a text; a check fails if it does not come. */
async function shows(what, page, locator, text) {
  const found = page.locator(locator).filter({ hasText: text }).first();
  const came = await found.waitFor().then(() => true, () => false);
  check(what, came, `${locator} shows "${await page.locator(locator).first().innerText().catch(() => "nothing")}"`);
}

async function clipboardHolds(what, page, text) {
  equal(what, await page.evaluate(() => navigator.clipboard.readText()), text);
}

async function users(page, name, view) {
  await page.goto(`${SERVER}/applications/${APPLICATION}`);
  await page.getByLabel("Ids, one in a line").fill(`${name}\nother ${name}`);
  await press(page, "Add");
  await shows(`${name}: both are listed`, page, "#users", `other ${name}`);
  equal(`${name}: the API knows them`, await hasPhone(name), false);
  await lookAt(page, "acts-users", view);
  await page.getByRole("link", { name, exact: true }).click();
  equal(`${name}: a user's page`, (await heading(page)).includes(name), true);
}

async function links(page, context, name, view) {
  await page.getByLabel("Name to show on the phone").fill("Zoë");
  await press(page, "Make a link");
  await shows(`${name}: the link has its name`, page, "#links", "Newest link for Zoë");
  const link = await page.locator("#link-0").innerText();
  check(`${name}: the QR code is there`, await page.locator("#link-0-qr svg").isVisible());
  if (view.scripted) {
    await page.getByRole("button", { name: "Copy the link" }).first().click();
    await shows(`${name}: the button says so`, page, "#links button", "Copied");
    await clipboardHolds(`${name}: the link is copied`, page, link);
  }
  await lookAt(page, "acts-user", view);

  const invited = await open(context, new URL(link).pathname);
  await press(invited, "Register this phone");
  await shows(`${name}: the phone is registered`, invited, "h1", "This phone is registered");
  await lookAt(invited, "acts-registered", view);
  await invited.getByRole("link", { name: "Open the phone" }).click();
  await shows(`${name}: the way to the phone`, invited, "h1", "No sign-in waits");
  await invited.close();
  await page.bringToFront();
  await updated(page, view);
  await shows(`${name}: the user's page shows it`, page, "#phone", "registered");
  await shows(`${name}: the link is used up`, page, "#links", "There is no link");

  await press(page, "Lose the phone");
  await shows(`${name}: it is lost`, page, "#phone", "none");
  await shows(`${name}: there is a new link`, page, "#links", "Newest link");
  await press(page, "Register a phone");
  await shows(`${name}: another is registered`, page, "#phone", "registered");
  equal(`${name}: the API knows`, await hasPhone(name), true);
}

/** A person at the phone, and then somebody at the console. The phone's page looks for news by itself, in its own time. */
async function phone(page, context, name, view) {
  const path = new URL(await page.locator("#phone a").innerText()).pathname;
  const asked = await open(context, path);
  await shows(`${name}: the phone waits`, asked, "h1", "No sign-in waits");
  await lookAt(asked, "acts-phone-idle", view);
  const approved = await signIn(name, "?methods=device");
  await shows(`${name}: the phone asks`, asked, "h1", "Is that you?");
  await lookAt(asked, "acts-phone-asks", view);
  equal(`${name}: looking answers nothing`, await statusOf(approved), "pending");
  await press(asked, "Unlock and approve");
  await shows(`${name}: approved`, asked, "#past", "You are signed in");
  equal(`${name}: the API knows that`, await statusOf(approved), "active");
  const denied = await signIn(name);
  await press(asked, "Deny");
  await shows(`${name}: denied`, asked, "#past", "Denied");
  equal(`${name}: the API knows that, too`, await statusOf(denied), "cancelled");
  await lookAt(asked, "acts-phone-answered", view);

  const late = await signIn(name);
  await shows(`${name}: the phone asks again`, asked, "h1", "Is that you?");
  await onConsole(page, name, view, { active: approved, waiting: late });
  if (!view.scripted) {
    await press(asked, "Approve");
    await shows(`${name}: an answer that comes too late`, asked, "h1", "That was too late");
    await lookAt(asked, "acts-phone-late", view);
    await asked.getByRole("link", { name: "Back to the phone" }).click();
  }
  await shows(`${name}: nothing is left`, asked, "h1", "No sign-in waits");
  await asked.close();
}

async function onConsole(page, name, view, { active, waiting }) {
  const row = (session) => page.locator("#sign-ins > ol > li").filter({ hasText: session.session_token });
  const act = async (session, button, status) => {
    await row(session).getByRole("button", { name: button, exact: true }).click();
    await row(session).locator(".chip").filter({ hasText: status }).waitFor();
    equal(`${name}: ${button}`, await statusOf(session), status);
  };
  await page.bringToFront();
  await updated(page, view);
  await shows(`${name}: the user's page has the sign-ins`, page, "#sign-ins", waiting.session_token);
  await lookAt(page, "acts-user-signs-in", view);
  await act(waiting, "Pick up the phone", "identifying");
  await page.goto(`${SERVER}/sign-ins`);
  await shows(`${name}: it says how many`, page, "#totals", "1 identifying, 1 active, 1 cancelled");
  await lookAt(page, "acts-sign-ins", view);
  await act(active, "Walk away", "walkaway");
  await act(active, "Come back", "active");
  await act(active, "Sign out", "closed");
  await act(waiting, "Time out", "timeout");
  equal(`${name}: what has ended cannot be changed`, await row(waiting).getByRole("button").count(), 0);

  await page.goto(`${SERVER}/applications/${APPLICATION}/users/${encode(name)}`);
  await page.getByLabel("What becomes of the next ones").selectOption("Each is approved");
  await press(page, "Set");
  await shows(`${name}: it says what becomes of them`, page, "#outcome-now", "becomes active by itself");
  equal(`${name}: signed in without a phone`, await statusOf(await signIn(name)), "active");
  await page.getByLabel("What becomes of the next ones").selectOption("Each waits for an answer");
  await press(page, "Set");
  await shows(`${name}: they wait again`, page, "#outcome-now", "waits until somebody answers");
}

async function deletion(page, name, view) {
  await page.getByRole("link", { name: "Delete the user…" }).click();
  await lookAt(page, "acts-delete", view);
  await page.getByRole("link", { name: "Cancel" }).click();
  equal(`${name}: cancelled, the user stays`, await hasPhone(name), true);
  await page.getByRole("link", { name: "Delete the user…" }).click();
  await press(page, "Delete the user");
  await shows(`${name}: back at the list`, page, "h2", "Users and their phones");
  equal(`${name}: the API has no such user`, await hasPhone(name), undefined);
}

async function controls(page, name, view) {
  await page.getByRole("link", { name: "Controls" }).first().click();
  await page.getByLabel("For", { exact: true }).selectOption("has_registered_mobile_device");
  await page.getByLabel("Status, if it is another").fill("418");
  await press(page, "Inject");
  await shows(`${name}: the fault is listed`, page, "#faults", "status 418 for has_registered_mobile_device");
  await page.getByLabel("Move it by").fill("-90");
  await page.getByLabel("Unit").selectOption("seconds");
  await press(page, "Move the clock");
  await shows(`${name}: the clock is moved`, page, "#clock", "1m 30s behind");
  await lookAt(page, "acts-controls", view);
  for (const path of ["/", "/requests", `/applications/${APPLICATION}`, "/docs"]) {
    await page.goto(`${SERVER}${path}`);
    await shows(`${name}: ${path} tells of the fault`, page, "#banner", "1 fault is injected. The clock is 1m 30s behind.");
  }
  await page.locator("#banner").getByRole("link", { name: "Controls" }).click();
  equal(`${name}: the fault applies`, (await call("has_registered_mobile_device", `other ${name}`)).http, 418);
  await updated(page, view);
  await shows(`${name}: it is used up`, page, "#faults", "No fault is injected");
  await press(page, "Inject");
  await press(page, "Clear all faults");
  await shows(`${name}: faults are cleared`, page, "#faults", "No fault is injected");
  await press(page, "Set the clock right");
  await shows(`${name}: the clock is right`, page, "#clock", "which is right");
  equal(`${name}: no banner is left`, await page.locator("#banner").innerText(), "");
}

async function requests(page, name, view) {
  await page.goto(`${SERVER}/requests`);
  if (view.scripted) await shows(`${name}: it says that it updates itself`, page, "#live", "Updates by itself");
  await call("has_registered_mobile_device", `${name} /\u202e`);
  await updated(page, view);
  const latest = page.locator("#requests li").first().getByRole("link");
  await shows(`${name}: a call appears, readable`, page, "#requests li:first-child", `${name} /U+202E`);
  await latest.click();
  await shows(`${name}: in full, as it was received`, page, ".details", encode(`${name} /\u202e`));
  await shows(`${name}: with its time`, page, ".details", " UTC");
  await lookAt(page, "acts-request", view);
}

async function settings(page, name, view) {
  await page.goto(`${SERVER}/`);
  const shown = page.locator(".settings").filter({ hasText: APPLICATION }).first();
  check(`${name}: the secret is hidden`, !(await shown.getByText(SECRET).isVisible()));
  await shown.getByText("Show them with the secret").click();
  check(`${name}: until it is asked for`, await shown.getByText(SECRET).isVisible());
  if (view.scripted) {
    await shown.getByRole("button", { name: "Copy the settings with the secret" }).click();
    await clipboardHolds(`${name}: settings are copied`, page, await shown.locator("details pre").innerText());
  }
  await lookAt(page, "acts-console", view);
}

async function curl(page, name) {
  await page.goto(`${SERVER}/docs`);
  const form = page.locator("#has_registered_mobile_device form.try-out");
  await form.getByLabel("user_id").fill(`it's ${name}`);
  await form.getByRole("button", { name: "Copy as curl" }).click();
  const shown = form.locator(".outcome pre");
  await shown.waitFor();
  const line = await shown.innerText();
  check(`${name}: a line for curl`, line.startsWith("curl --request GET 'http") && line.includes("Authentication: hmac "), line);
  await clipboardHolds(`${name}: it is copied`, page, line);
  // Rightly signed, for a user that is not there. A machine without curl cannot say.
  const ran = spawnSync("sh", ["-c", `${line} --silent --noproxy '*' --output /dev/null --write-out '%{http_code}'`], { encoding: "utf8" });
  if (ran.status !== 127) equal(`${name}: it runs in a shell`, ran.stdout, "404");
}

async function errors(page, name, view) {
  await page.goto(`${SERVER}/applications/${APPLICATION}`);
  await page.getByLabel("Ids, one in a line").fill("..");
  await press(page, "Add");
  await shows(`${name}: what was wrong`, page, ".notice", "Change that line");
  await lookAt(page, "acts-error", view);
  await page.getByRole("link", { name: "Back" }).click();
  await shows(`${name}: the way back`, page, "h2", "Users and their phones");
}

async function reset(page, name, view) {
  await page.goto(`${SERVER}/controls`);
  await page.getByRole("link", { name: "Reset the emulator…" }).click();
  await lookAt(page, "acts-reset", view);
  await press(page, "Reset the emulator");
  equal(`${name}: back at the controls`, await heading(page), "Controls");
  equal(`${name}: nobody is left`, await hasPhone(`other ${name}`), undefined);
}

async function each(context, name, view) {
  const page = await open(context, "/");
  await users(page, name, view);
  await links(page, context, name, view);
  await phone(page, context, name, view);
  await deletion(page, name, view);
  await controls(page, name, view);
  await requests(page, name, view);
  await settings(page, name, view);
  if (view.scripted) await curl(page, name);
  await errors(page, name, view);
  await reset(page, name, view);
  await page.close();
}

/** Each of them in a browser of its own. */
export async function acts(browser) {
  for (const scripted of [true, false]) {
    for (const { width, colorScheme } of LOOKS) {
      const name = `${scripted ? "scripted" : "plain"} ${width} ${colorScheme} ${randomBytes(4).toString("hex")}`;
      const context = await browser.newContext({ javaScriptEnabled: scripted, viewport: { width, height: 844 }, colorScheme });
      if (scripted) await context.grantPermissions(["clipboard-read", "clipboard-write"]);
      try {
        await each(context, name, { scripted, width, colorScheme });
      } catch (error) {
        check(name, false, error.message);
      }
      await context.close();
    }
  }
}
