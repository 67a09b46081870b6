// Starts the machine's own Chromium; nothing is downloaded.
//
// NODE_PATH must name the folder that has playwright-core. CHROMIUM can name the browser.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";

const BROWSERS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/usr/bin/google-chrome-stable"];
const QUIET = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

/** A browser; where there is none, says so and ends the program well. */
export async function startOrSkip() {
  const executablePath = process.env.CHROMIUM ? [process.env.CHROMIUM].find(existsSync) : BROWSERS.find(existsSync);
  if (!executablePath) {
    console.log("skipped: there is no Chromium here; on Debian and Ubuntu: apt-get install chromium");
    process.exit(0);
  }
  const { chromium } = createRequire(import.meta.url)("playwright-core");
  // Chromium's sandbox refuses root, which containers run as.
  const args = process.getuid?.() === 0 ? ["--no-sandbox", ...QUIET] : QUIET;
  return chromium.launch({ executablePath, args });
}
