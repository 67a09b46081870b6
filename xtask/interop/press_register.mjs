// What a person does with a registration link: opens it in a browser, reads whom it is for, presses the button.
//
// Takes the link, and prints what the person sees before and after, as JSON. Where there is no browser it says
// "skipped". NODE_PATH must name the folder that has playwright-core.
import { startOrSkip } from "./chromium.mjs";

const link = process.argv[2];
const browser = await startOrSkip();
try {
  // A phone's size, and no scripts: the page is to work without.
  const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 390, height: 844 } });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  await page.goto(link);
  const before = await page.locator("main").innerText();
  const button = page.getByRole("button");
  if (await button.count()) {
    await button.click();
    await page.waitForLoadState();
  }
  console.log(JSON.stringify({ before, after: await page.getByRole("heading", { level: 1 }).innerText() }));
} finally {
  await browser.close();
}
