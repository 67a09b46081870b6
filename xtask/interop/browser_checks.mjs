// What the browser's checks share: counting, a signed call, opening pages, and looking at them.
import { createHash, createHmac, randomBytes } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";

const setting = (name) => process.env[name] || fail(`${name} is not set; \`cargo xtask interop\` sets it`);
const fail = (message) => { console.error(message); process.exit(1); };

export const SERVER = setting("IAMPASS_SERVER");
export const APPLICATION = setting("IAMPASS_APPLICATION_ID");
export const SECRET = setting("IAMPASS_APPLICATION_SECRET");
const SCREENSHOTS = process.env.INTEROP_SCREENSHOTS;
// What sticks out depends on the width, and a contrast on the colours: no need to look at all four pairs.
export const LOOKS = [{ width: 320, colorScheme: "dark" }, { width: 1280, colorScheme: "light" }];
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

if (SCREENSHOTS) mkdirSync(SCREENSHOTS, { recursive: true });

const counts = { made: 0, failed: 0 };
export function check(what, holds, otherwise = "") {
  counts.made += 1;
  if (holds) return;
  counts.failed += 1;
  console.log(`FAILED: ${what}\n  ${otherwise}`);
}
export const equal = (what, got, expected) =>
  check(what, JSON.stringify(got) === JSON.stringify(expected), `expected ${JSON.stringify(expected)}\n  came     ${JSON.stringify(got)}`);

/** Says how many checks there were, and ends the program. */
export function finish() {
  console.log(`${counts.made} checks, ${counts.failed} failed`);
  process.exit(counts.failed || !counts.made ? 1 : 0);
}

export const encode = (text) => encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);

/** A signed call that owes nothing to the emulator's own scripts. */
async function signed(method, url, id, secret) {
  const [nonce, time] = [randomBytes(8).readBigUInt64BE(), Math.floor(Date.now() / 1000)];
  const token = createHash("sha256").update(`${nonce}${secret}`).digest().subarray(0, 16);
  const digest = createHmac("sha256", token).update(`${nonce}${url.split("://")[1]}${time}`).digest();
  const answer = await fetch(url, {
    method,
    headers: {
      Authentication: `hmac ${id}:${nonce}:${digest.subarray(0, 16).toString("base64")}`,
      "X-IAMPASS-Authentication-Timestamp": `${time}`,
      "X-IAMPASS-Authentication-Version": "1",
    },
  });
  const text = await answer.text();
  return answer.ok ? JSON.parse(text) : { http: answer.status };
}
export const call = (operation, user) =>
  signed("GET", `${SERVER}/management/${operation}/${encode(APPLICATION)}/${encode(user)}`, APPLICATION, SECRET);
/** Starts a sign-in as an application does, and gives its session. */
export async function signIn(user, query = "") {
  const url = `${SERVER}/authentication/authenticate_user/${encode(APPLICATION)}/${encode(user)}${query}`;
  return (await signed("POST", url, APPLICATION, SECRET)).authentication_status;
}
export const statusOf = async (session) =>
  (await signed("GET", session.status_url, session.session_token, session.session_secret)).session_status;
export const hasPhone = async (user) => (await call("has_registered_mobile_device", user)).device_registered;

/** A page that counts as a failure whatever the browser complains about, and whatever it loads from elsewhere. */
export async function open(context, path) {
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  // A refused call is an error to the browser's console, and what a test may be after.
  page.on("console", (message) => {
    const expected = /status of 40[01349]|status of 410/.test(message.text());
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

/** What axe-core finds serious or critical. It is evaluated by the debugger, which no content security policy stops. */
async function seriousFindings(page) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => axe.run(document));
  return violations
    .filter(({ impact }) => ["serious", "critical"].includes(impact))
    .map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 120)).join(" | ")}`);
}

/** Looks at a page for what sticks out and, where scripts run, with axe-core; and takes a picture. */
export async function lookAt(page, name, { scripted, width, colorScheme }) {
  const where = `${width} pixels, ${colorScheme}`;
  // A text can be there before its style sheet is; what is measured then is not what anybody sees.
  await page.waitForLoadState();
  await page.setViewportSize({ width, height: 844 });
  await page.emulateMedia({ colorScheme });
  const sticksOut = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  equal(`${name}: nothing sticks out at ${where}`, sticksOut, 0);
  // What is wider than its own box lies over what stands beside it.
  const tooWide = await page.evaluate(() => [...document.querySelectorAll("main p, main li, main dt, main dd, main th, main td, main h1, main h2, main h3, main button")]
    .filter((element) => element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1)
    .map((element) => element.textContent.slice(0, 60)));
  equal(`${name}: all text fits its place at ${where}`, tooWide, []);
  if (scripted) equal(`${name}: axe-core at ${where}`, await seriousFindings(page), []);
  const picture = `${SCREENSHOTS}/${name}-${width}-${colorScheme}.png`;
  if (SCREENSHOTS) await page.screenshot({ path: picture, fullPage: true });
}

/** Looks at a page at each width, in light and in dark. */
export async function look(page, name, scripted = false) {
  for (const how of LOOKS) await lookAt(page, name, { scripted, ...how });
}
