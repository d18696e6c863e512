// Reads {base, chromium, pages: [{name, path}], check} from standard input; prints one line of JSON for each page.
import { createServer } from "node:net";
import { readFileSync } from "node:fs";
import lighthouse, { snapshot } from "lighthouse";
import puppeteer from "puppeteer-core";

const wanted = JSON.parse(readFileSync(0, "utf8"));
const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];
// What no score counts and takes a second of each page: going there and back again, and pictures of the page.
const QUICK = { disableFullPageScreenshot: true, skipAudits: ["bf-cache", "screenshot-thumbnails", "final-screenshot"] };

function freePort() {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

function say(name, { lhr }) {
  const audits = Object.values(lhr.audits);
  const scores = Object.fromEntries(Object.values(lhr.categories).map((one) => [one.id, one.score]));
  const weighed = Object.values(lhr.categories).flatMap((one) => one.auditRefs.filter((ref) => ref.weight > 0));
  const counted = new Set(weighed.map((ref) => ref.id));
  const failed = audits.filter((one) => one.score !== null && one.score < 1 && counted.has(one.id));
  console.log(JSON.stringify({
    name,
    scores,
    shift: lhr.audits["cumulative-layout-shift"]?.numericValue ?? null,
    bytes: lhr.audits["total-byte-weight"]?.numericValue ?? null,
    failed: failed.map((one) => `${one.id} ${one.score}`),
    error: lhr.runtimeError?.message ?? null,
  }));
}

async function answerUntilResult(page) {
  for (let step = 0; step < 60; step += 1) {
    if ((await page.title()).startsWith("Your result")) return;
    const before = await page.evaluate(() => document.querySelector("h1").textContent);
    await page.evaluate(() => {
      const boxes = [...document.querySelectorAll("main form input[type=checkbox]")];
      const radios = [...document.querySelectorAll("main form input[type=radio]")];
      const groups = new Map(radios.map((one) => [one.name, one]));
      if (boxes.length) boxes[0].checked = true;
      for (const last of groups.values()) last.checked = true;
      const next = document.querySelector("main form button[value=next]:not(.vh)");
      (next ?? document.querySelector("main form button:not(.vh)")).click();
    });
    await page.waitForFunction(
      (was) => document.querySelector("h1")?.textContent !== was || document.title.startsWith("Your result"),
      { timeout: 20000 }, before,
    );
  }
  throw new Error("The check gave no result.");
}

async function steps(browser) {
  const page = await browser.newPage();
  await page.setViewport({ width: 412, height: 823, isMobile: true, hasTouch: true });
  await page.goto(wanted.base + wanted.check);
  await page.evaluate(() => document.querySelector("main form button:not(.vh)").click());
  await page.waitForSelector("main form input[type=radio], main form input[type=checkbox]", { timeout: 20000 });
  const still = { flags: { screenEmulation: { disabled: true }, onlyCategories: CATEGORIES.slice(1) } };
  say("question of a check, as it stands", await snapshot(page, still));
  await answerUntilResult(page);
  say("result of a check, as it stands", await snapshot(page, still));
}

// A processor that draws as a graphics card would takes from the two that a page is measured on.
const ALONE = ["--disable-gpu", "--disable-software-rasterizer", "--disable-background-networking"];

const port = await freePort();
const browser = await puppeteer.launch({
  executablePath: wanted.chromium,
  args: [`--remote-debugging-port=${port}`, "--no-sandbox", ...ALONE],
});
try {
  for (const { name, path } of wanted.pages) {
    const options = { port, output: "json", logLevel: "error", onlyCategories: CATEGORIES, ...QUICK };
    say(name, await lighthouse(wanted.base + path, options));
  }
  if (wanted.check) await steps(browser);
} finally {
  await browser.close();
}
