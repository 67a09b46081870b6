// The exported reference in a real browser: opened as a file, without a network and without JavaScript.
//
// Arguments: the HTML file; the contract as JSON. NODE_PATH must name the folder that has playwright-core. Without a
// browser it says "skipped" and succeeds. The last line counts the checks.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { startOrSkip } from "./chromium.mjs";

const [file, contract] = process.argv.slice(2);
const { paths, components, "x-iampass-given-urls": given = [] } = JSON.parse(readFileSync(contract, "utf8"));
const operations = [...Object.values(paths).flatMap((item) => Object.values(item)), ...given];
const WIDTHS = [390, 1280];

let made = 0;
let failed = 0;
function check(what, holds, otherwise = "") {
  made += 1;
  if (holds) return;
  failed += 1;
  console.log(`FAILED: ${what}\n  ${otherwise}`);
}

const browser = await startOrSkip();
for (const javaScriptEnabled of [true, false]) {
  for (const width of WIDTHS) {
    const name = `${width} px${javaScriptEnabled ? "" : ", no JavaScript"}`;
    const context = await browser.newContext({ viewport: { width, height: 900 }, javaScriptEnabled, offline: true });
    const page = await context.newPage();
    const loaded = [];
    page.on("request", (request) => loaded.push(request.url()));
    page.on("console", (message) => check(`${name}: the console is quiet`, false, message.text()));
    page.on("pageerror", (error) => check(`${name}: no error`, false, error.message));
    await page.goto(pathToFileURL(file).href);

    for (const { operationId, summary, responses } of operations) {
      const article = page.locator(`#${operationId}`);
      const heading = article.getByRole("heading", { name: summary });
      check(`${name}: ${operationId} is shown`, await heading.isVisible());
      for (const status of Object.keys(responses)) {
        const answer = article.locator("details", { has: page.getByText(status, { exact: true }) });
        const example = answer.locator("pre").first();
        await answer.locator("summary").click();
        check(`${name}: ${operationId}: ${status} opens and has an example`, await example.isVisible());
      }
    }
    for (const schema of Object.keys(components.schemas)) {
      await page.locator(`a[href="#schema-${schema}"]`).last().click();
      check(`${name}: a link leads to ${schema}`, new URL(page.url()).hash === `#schema-${schema}`);
    }
    if (javaScriptEnabled) {
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      check(`${name}: nothing sticks out`, wide <= width, `${wide} px wide`);
    }
    const elsewhere = loaded.filter((url) => !url.startsWith("file:") && !url.startsWith("data:"));
    check(`${name}: nothing is loaded from elsewhere`, elsewhere.length === 0, elsewhere.join(" "));
    await context.close();
  }
}
await browser.close();
console.log(`${made} checks, ${failed} failed`);
process.exit(failed ? 1 : 0);
