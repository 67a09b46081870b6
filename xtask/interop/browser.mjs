// The emulator's pages in a real browser: clicks through console, phone page and reference, then asks
// the API whether it made a difference.
//
// Takes IAMPASS_SERVER, IAMPASS_APPLICATION_ID and IAMPASS_APPLICATION_SECRET, as the Python scripts do;
// the emulator must have been given the secret's text. NODE_PATH must name the folder that has
// playwright-core. INTEROP_SCREENSHOTS can name a folder for pictures of all pages. Without a browser it
// says "skipped" and succeeds. The last line counts the checks.
import { createHash, createHmac, randomBytes } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { startOrSkip } from "./chromium.mjs";

const setting = (name) => process.env[name] || fail(`${name} is not set; \`cargo xtask interop\` sets it`);
const fail = (message) => { console.error(message); process.exit(1); };

const SERVER = setting("IAMPASS_SERVER");
const APPLICATION = setting("IAMPASS_APPLICATION_ID");
const SECRET = setting("IAMPASS_APPLICATION_SECRET");
const SCREENSHOTS = process.env.INTEROP_SCREENSHOTS;
const VECTORS = JSON.parse(readFileSync(new URL("../../crates/iampass-auth/tests/vendor-vectors.json", import.meta.url)));
const WIDTHS = [390, 1280];
// A second run against the same emulator shall not find the first one's users.
const RUN = randomBytes(4).toString("hex");
const HOSTILE = `<img src=x onerror=document.title=1>"'&é/🦀 ${RUN}`;

if (SCREENSHOTS) mkdirSync(SCREENSHOTS, { recursive: true });

let made = 0;
let failed = 0;
function check(what, holds, otherwise = "") {
  made += 1;
  if (holds) return;
  failed += 1;
  console.log(`FAILED: ${what}\n  ${otherwise}`);
}
const equal = (what, got, expected) =>
  check(what, JSON.stringify(got) === JSON.stringify(expected), `expected ${JSON.stringify(expected)}\n  came     ${JSON.stringify(got)}`);

const encode = (text) => encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);

/** A signed call that owes nothing to the emulator's own scripts. */
async function call(operation, user) {
  const url = `${SERVER}/management/${operation}/${encode(APPLICATION)}/${encode(user)}`;
  const [nonce, time] = [randomBytes(8).readBigUInt64BE(), Math.floor(Date.now() / 1000)];
  const token = createHash("sha256").update(`${nonce}${SECRET}`).digest().subarray(0, 16);
  const digest = createHmac("sha256", token).update(`${nonce}${url.split("://")[1]}${time}`).digest();
  const answer = await fetch(url, {
    headers: {
      Authentication: `hmac ${APPLICATION}:${nonce}:${digest.subarray(0, 16).toString("base64")}`,
      "X-IAMPASS-Authentication-Timestamp": `${time}`,
      "X-IAMPASS-Authentication-Version": "1",
    },
  });
  const text = await answer.text();
  return answer.ok ? JSON.parse(text) : { http: answer.status };
}
const hasPhone = async (user) => (await call("has_registered_mobile_device", user)).device_registered;

/** A page that counts as a failure whatever the browser complains about, and whatever it loads from elsewhere. */
async function open(context, path) {
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  // A refused call is an error to the browser's console, and what a test may be after.
  page.on("console", (message) => {
    const expected = /status of 40[14]|status of 410/.test(message.text());
    if (message.type() === "error" && !expected) check(`${path}: the browser's console`, false, message.text());
  });
  page.on("pageerror", (error) => check(`${path}: a script`, false, error.message));
  page.on("dialog", (dialog) => { check(`${path}: a dialog`, false, dialog.message()); dialog.dismiss(); });
  page.on("request", (request) => {
    if (!request.url().startsWith(`${SERVER}/`)) check(`${path}: loads from elsewhere`, false, request.url());
  });
  await page.goto(`${SERVER}${path}`);
  return page;
}

/** Looks at a page at each width, in light and in dark, for what sticks out; and takes pictures. */
async function look(page, name) {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 844 });
    const sticksOut = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    equal(`${name}: nothing sticks out at ${width} pixels`, sticksOut, 0);
    // What is wider than its own box lies over what stands beside it.
    const tooWide = await page.evaluate(() => [...document.querySelectorAll("main p, main li, main dt, main dd, main th, main td, main h1, main h2, main h3, main button")]
      .filter((element) => element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1)
      .map((element) => element.textContent.slice(0, 60)));
    equal(`${name}: all text fits its place at ${width} pixels`, tooWide, []);
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      if (SCREENSHOTS) await page.screenshot({ path: `${SCREENSHOTS}/${name}-${width}-${colorScheme}.png`, fullPage: true });
    }
  }
}

async function signerKeepsToTheVectors(page) {
  const signed = await page.evaluate(async (vectors) => {
    const { sign } = await import("/assets/signer.js");
    return Promise.all(vectors.map(({ application_id, application_secret, url, nonce, timestamp }) =>
      sign({ applicationId: application_id, secret: application_secret, url, nonce: BigInt(nonce), timestamp: BigInt(timestamp) })));
  }, VECTORS);
  signed.forEach((got, number) => {
    const { authentication, message, token, digest } = VECTORS[number];
    equal(`signer.js, vector ${number}`, [got.authentication, got.canonical, got.token, got.digest], [authentication, message, token, digest]);
  });
}

/** Fills in an operation's form, sends it, and gives what the page then shows. */
async function tryOut(page, operation, fields) {
  const form = page.locator(`#${operation} form.try-out`);
  for (const [label, value] of Object.entries(fields)) await form.getByLabel(label).fill(value);
  await form.locator(".outcome").evaluate((outcome) => outcome.replaceChildren());
  await form.getByRole("button", { name: "Sign and send" }).click();
  await form.locator(".outcome > *").first().waitFor();
  const blocks = await form.locator(".outcome pre").allTextContents();
  return { verdict: await form.locator(".outcome p").first().innerText(), answer: blocks[0], request: blocks[1], canonical: blocks[2] };
}

async function reference(context) {
  const page = await open(context, "/docs");
  await signerKeepsToTheVectors(page);
  const secret = page.locator("#signer").getByLabel("Secret");
  await page.locator("#signer").getByLabel("Application").selectOption(APPLICATION);
  equal("the form has the secret", await secret.inputValue(), SECRET);

  const added = await tryOut(page, "add_users", { Body: JSON.stringify({ users: [HOSTILE, `bob ${RUN}`] }) });
  check("add_users", added.verdict.startsWith("201"), added.verdict);
  equal("the API knows the user", await hasPhone(HOSTILE), false);
  check("the signed text is shown", added.canonical?.includes(`/management/add_users/${APPLICATION}`), added.canonical);
  check("the headers are shown", added.request?.includes(`Authentication: hmac ${APPLICATION}:`), added.request);

  await secret.fill("WRONGWRONGWRONGWRONGWRONGWRONG12");
  const refused = await tryOut(page, "has_registered_mobile_device", { user_id: HOSTILE });
  check("a wrong secret", refused.verdict.startsWith("401"), refused.verdict);
  await secret.fill(SECRET);

  const asked = await tryOut(page, "has_registered_mobile_device", { user_id: HOSTILE });
  check("a right one", asked.verdict.startsWith("200") && asked.answer.includes('"device_registered": false'), asked.verdict);
  const dots = await tryOut(page, "has_registered_mobile_device", { user_id: ".." });
  check("an id that no path can carry", dots.verdict.startsWith("Not sent"), dots.verdict);

  const linked = await tryOut(page, "device_registration_link", { user_id: HOSTILE, display_name: `${HOSTILE} at home` });
  check("device_registration_link", linked.verdict.startsWith("200"), linked.verdict);
  await look(page, "reference");
  const link = JSON.parse(linked.answer).register_url;
  await page.close();
  return new URL(link).pathname;
}

async function phone(context, path) {
  const page = await open(context, path);
  equal("the phone shows the name", await page.locator(".account").innerText(), `${HOSTILE} at home`);
  await look(page, "phone-open");
  equal("looking registers nothing", await hasPhone(HOSTILE), false);
  await page.getByRole("button", { name: "Register this phone" }).click();
  await page.getByRole("heading", { name: "This phone is registered" }).waitFor();
  await look(page, "phone-registered");
  equal("pressing does", await hasPhone(HOSTILE), true);
  for (const [name, where, heading] of [
    ["phone-used", path, "This link was used before"],
    ["phone-unknown", `/register/${"0".repeat(32)}`, "This link is not known"],
  ]) {
    await page.goto(`${SERVER}${where}`);
    equal(name, await page.getByRole("heading", { level: 1 }).innerText(), heading);
    await look(page, name);
  }
  const open_ = new URL((await call("device_registration_link", HOSTILE)).register_url).pathname;
  await page.goto(`${SERVER}${open_}`);
  await look(page, "phone-nameless");
  await call("lost_user_mobile_device", HOSTILE);
  await page.getByRole("button", { name: "Register this phone" }).click();
  await page.getByRole("heading", { name: "This link no longer works" }).waitFor();
  await look(page, "phone-dead");
  equal("a dead link registers nothing", await hasPhone(HOSTILE), false);
  await page.close();
}

async function console_(context) {
  const page = await open(context, "/");
  await page.keyboard.press("Tab");
  equal("the first stop of the Tab key", await page.evaluate(() => document.activeElement?.textContent), "Skip to the content");
  await page.keyboard.press("Enter");
  equal("it skips", await page.evaluate(() => document.activeElement?.id), "content");
  await look(page, "console");
  const latest = await page.locator(".requests > li").first().innerText();
  check("the last call is on top", latest.includes("/management/has_registered_mobile_device/"), latest);

  await page.getByRole("link", { name: APPLICATION, exact: true }).click();
  await page.getByLabel("Part of the user id").fill(RUN);
  await page.keyboard.press("Enter");
  await page.getByRole("rowheader", { name: `bob ${RUN}` }).waitFor();
  equal("both users are found", await page.getByRole("rowheader").allInnerTexts(), [HOSTILE, `bob ${RUN}`].sort());
  await look(page, "users");
  await page.getByLabel("Phone", { exact: true }).selectOption("With a phone");
  await page.getByRole("button", { name: "Show" }).click();
  equal("nobody has a phone", await page.locator(".empty").innerText(), "No user fits.");

  await page.getByRole("link", { name: "Requests" }).click();
  await page.getByRole("link", { name: "Refused" }).click();
  const verdicts = await page.locator(".requests .chip").allInnerTexts();
  check("only refused ones are left", verdicts.length > 0 && verdicts.every((verdict) => verdict.includes("refused")), `${verdicts}`);
  const why = await page.locator(".requests .why").first().innerText();
  check("and say why", why.includes("signature_mismatch"), why);
  await look(page, "requests");
  await page.close();
}

const browser = await startOrSkip();
try {
  const scripted = await browser.newContext();
  const plain = await browser.newContext({ javaScriptEnabled: false });
  const link = await reference(scripted);
  await phone(plain, link);
  await console_(plain);
} catch (error) {
  check("the way through the pages", false, error.message);
} finally {
  await browser.close();
}
console.log(`${made} checks, ${failed} failed`);
process.exit(failed || !made ? 1 : 0);
