// The emulator's pages in a real browser: clicks through console, phone page and reference, then asks
// the API whether it made a difference.
//
// Takes IAMPASS_SERVER, IAMPASS_APPLICATION_ID and IAMPASS_APPLICATION_SECRET, as the Python scripts do;
// the emulator must have been given the secret's text. NODE_PATH must name the folder that has
// playwright-core and axe-core. INTEROP_SCREENSHOTS can name a folder for pictures of all pages. Without a browser it
// says "skipped" and succeeds. The last line counts the checks.
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { APPLICATION, SECRET, SERVER, call, check, equal, finish, hasPhone, look, open } from "./browser_checks.mjs";
import { startOrSkip } from "./chromium.mjs";
import { acts } from "./console_acts.mjs";

const VECTORS = JSON.parse(readFileSync(new URL("../../crates/iampass-auth/tests/vendor-vectors.json", import.meta.url)));
// A second run against the same emulator shall not find the first one's users.
const RUN = randomBytes(4).toString("hex");
const HOSTILE = `<img src=x onerror=document.title=1>"'&é/🦀 ${RUN}`;

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
  check("the secret is hidden until asked for", !(await page.locator("#secret").isVisible()));
  await page.locator("#signer summary").click();
  const secret = page.locator("#signer").getByLabel("Secret, as issued");
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
  await look(page, "reference", true);
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
  const why = (await page.locator(".requests .why").allInnerTexts()).join("\n");
  check("and say why", why.includes("signature_mismatch"), why);
  await look(page, "requests");
  await page.close();
}

async function signInFromReference(context) {
  const page = await open(context, "/docs/authentication");
  await page.locator("#signer").getByLabel("Application").selectOption(APPLICATION);
  const start = () => tryOut(page, "authenticate_user", { user_id: HOSTILE });
  const refused = await start();
  equal("a user without a phone is not asked", refused.verdict, "200 OK refused");
  await fetch((await call("device_registration_link", HOSTILE)).register_url, { method: "POST" });
  const started = await start();
  equal("a sign-in starts", started.verdict, "202 Accepted carried out");
  await look(page, "reference-authentication", true);
  await page.close();
}

const browser = await startOrSkip();
try {
  const scripted = await browser.newContext();
  const plain = await browser.newContext({ javaScriptEnabled: false });
  const link = await reference(scripted);
  await phone(plain, link);
  await console_(plain);
  await signInFromReference(scripted);
  await acts(browser);
} catch (error) {
  check("the way through the pages", false, error.message);
} finally {
  await browser.close();
}
finish();
