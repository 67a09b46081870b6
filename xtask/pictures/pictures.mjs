// The README's pictures: the console, a phone that asks, and an import under way, each in light and in dark.
//
// Takes the folder for the pictures. `iampass` must be on the PATH, and NODE_PATH must name the folder that has
// playwright-core and xterm. Ids, nonces and the emulator's clock are fixed, so that two runs give nearly the same pictures.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { sign } from "../../crates/iampass-emulator/src/pages/signer.js";
import { startOrSkip } from "../interop/chromium.mjs";

const [PICTURES] = process.argv.slice(2);
const APPLICATION = "my-app";
const SECRET = "not-a-real-secret";
const TIME = 1_767_268_800; // 2026-01-01, 12:00 UTC
const YEARS = 10 * 365 * 86_400;
const PHONE = "0123456789abcdef0123456789abcdef";
const FOLDER = mkdtempSync(join(tmpdir(), "iampass-pictures-"));
const XTERM = createRequire(import.meta.url).resolve("@xterm/xterm/lib/xterm.js");

/** Starts an emulator with some users; gives its URL, and a function that stops it. */
async function emulator(signInTimeout) {
  const users = ["alice", "bob", "carol", "dave"].map((name, number) =>
    ({ id: `${name}@example.com`, has_device: number < 3, ...(number === 0 && { phone_token: PHONE }) }));
  writeFileSync(join(FOLDER, "state.json"), JSON.stringify({ applications: [{ id: APPLICATION, secret: SECRET, users }] }));
  const options = ["--listen", "127.0.0.1:8080", "--log", "none", "--sign-in-timeout", signInTimeout, "--import", join(FOLDER, "state.json")];
  const program = spawn("iampass", ["emulator", ...options], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((resolve) => program.once("exit", resolve));
  const { value } = await createInterface({ input: program.stdout })[Symbol.asyncIterator]().next();
  return { server: value.replace("listening on ", ""), stop: () => (program.kill(), ended) };
}

const post = (url, body, headers) =>
  fetch(url, { method: "POST", headers: { ...headers, "Content-Type": "application/json" }, body: JSON.stringify(body) });

/** What the console shows: some calls, one of them wrongly signed, and sign-ins in several states. */
async function requests(server) {
  let nonce = 0n;
  const call = async (method, path, body, secret = SECRET) => {
    // The clock is set for each call, so that none of them depends on how fast this machine is.
    const timestamp = TIME + Number(nonce) * 7;
    await post(`${server}/_emulator/v1/clock`, { unix_seconds: timestamp });
    const url = `${server}${path}`;
    const signed = await sign({ applicationId: APPLICATION, secret, url, nonce: nonce++, timestamp });
    const headers = {
      Authentication: signed.authentication,
      "X-IAMPASS-Authentication-Timestamp": signed.timestamp,
      "X-IAMPASS-Authentication-Version": signed.version,
    };
    return (await (body ? post(url, body, headers) : fetch(url, { method, headers }))).json().catch(() => null);
  };
  const signIn = (user) => call("POST", `/authentication/authenticate_user/${APPLICATION}/${user}%40example.com?methods=device&duration_seconds=${YEARS}`);
  await call("POST", `/management/add_users/${APPLICATION}`, { users: ["erin@example.com"] });
  await call("GET", `/management/device_registration_link/${APPLICATION}/erin%40example.com`);
  const { authentication_status: session } = await signIn("bob");
  await post(`${server}/_emulator/v1/sign-ins/${session.session_token}`, { session_status: "active" });
  await signIn("carol");
  await call("GET", `/management/has_registered_mobile_device/${APPLICATION}/dave%40example.com`, undefined, "another-secret");
  await signIn("alice");
}

/** Draws what a command prints on a terminal, up to the moment at which that matches `until`. */
async function terminal(name, command, until, environment) {
  const [columns, rows] = [88, 2];
  const shell = `stty cols ${columns} rows ${rows}; exec ${command}`;
  const child = spawn("script", ["-qfec", shell, "/dev/null"],
    { cwd: FOLDER, env: { ...process.env, ...environment, TERM: "xterm-256color" }, stdio: ["ignore", "pipe", "ignore"] });
  let printed = `\u001b[1m$ ${command}\u001b[0m\r\n`;
  for await (const part of child.stdout) {
    printed += part;
    if (until.test(printed)) break;
  }
  child.kill();
  for (const scheme of ["light", "dark"]) {
    const page = await browser.newPage({ viewport: { width: 800, height: 400 }, deviceScaleFactor: 2 });
    const [background, foreground] = scheme === "dark" ? ["#0d1117", "#e6edf3"] : ["#f6f8fa", "#1f2328"];
    await page.setContent(`<body style="margin:0;background:${background}"><div id="terminal" style="display:inline-block;padding:16px"></div>`);
    await page.addStyleTag({ path: XTERM.replace("lib/xterm.js", "css/xterm.css") });
    await page.addScriptTag({ path: XTERM });
    await page.evaluate(([text, options]) => new Promise((done) => {
      const terminal = new Terminal(options);
      terminal.open(document.getElementById("terminal"));
      terminal.write(text, done);
    }), [printed, {
      cols: columns, rows, fontFamily: "DejaVu Sans Mono, monospace", fontSize: 14, cursorInactiveStyle: "none",
      theme: { background, foreground, ...(scheme === "light" && { green: "#116329", cyan: "#1b7c83", yellow: "#7d4e00" }) },
    }]);
    await save(page.locator("#terminal"), `${name}-${scheme}`);
    await page.close();
  }
}

async function website(name, url, size) {
  for (const colorScheme of ["light", "dark"]) {
    const page = await browser.newPage({ viewport: size, colorScheme, deviceScaleFactor: 1.5 });
    await page.goto(url);
    await save(page, `${name}-${colorScheme}`);
    await page.close();
  }
}

/** Takes a picture and keeps it as WebP, which the browser writes smaller than PNG. */
async function save(what, name) {
  const png = await what.screenshot({ animations: "disabled" });
  const page = await browser.newPage();
  const webp = await page.evaluate(async (source) => {
    const image = new Image();
    image.src = source;
    await image.decode();
    const canvas = Object.assign(document.createElement("canvas"), { width: image.width, height: image.height });
    canvas.getContext("2d").drawImage(image, 0, 0);
    return canvas.toDataURL("image/webp", 0.8);
  }, `data:image/png;base64,${png.toString("base64")}`);
  await page.close();
  writeFileSync(join(PICTURES, `${name}.webp`), Buffer.from(webp.split(",")[1], "base64"));
  console.log(`${name}.webp`);
}

async function phone() {
  const { server, stop } = await emulator("60s");
  await requests(server);
  await website("phone", `${server}/phone/${PHONE}`, { width: 400, height: 520 });
  await stop();
}

async function console_() {
  // Sign-ins still wait once the clock, whose deviation the console would show, is right again.
  const { server, stop } = await emulator("3650d");
  await requests(server);
  await fetch(`${server}/_emulator/v1/clock`, { method: "DELETE" });
  await website("console", `${server}/`, { width: 960, height: 720 });
  await stop();
}

async function import_() {
  const { server, stop } = await emulator("60s");
  const people = Array.from({ length: 20_000 }, (_, number) => `Person ${number},person${number}@example.com\n`);
  writeFileSync(join(FOLDER, "staff.csv"), `name,email\n${people.join("")}`);
  const settings = { IAMPASS_SERVER: server, IAMPASS_APPLICATION_ID: APPLICATION, IAMPASS_APPLICATION_SECRET: SECRET };
  const command = "iampass users import staff.csv --column email --checkpoint staff.state --rate 5";
  await terminal("import", command, /6\d ?%/, settings);
  await stop();
}

const browser = await startOrSkip();
try {
  await phone();
  await console_();
  await import_();
} finally {
  await browser.close();
  rmSync(FOLDER, { recursive: true });
}
