// Reads lines of JSON, first {base, chromium}, then {name, path} of a page or {check} with the path of one; prints for
// each a list in a line: what Lighthouse says of the page, or of a question and a result of the check.
import { createServer } from "node:net";
import { createInterface } from "node:readline/promises";
import lighthouse, { snapshot } from "lighthouse";
import standard from "lighthouse/core/config/default-config.js";
import puppeteer from "puppeteer-core";

const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];
// What no score counts is not asked, and what it alone would need is not collected.
const COUNTED = CATEGORIES.flatMap((one) => standard.categories[one].auditRefs).filter((ref) => ref.weight > 0);
const ASKED = [...COUNTED.map((ref) => ref.id), "total-byte-weight"];

function freePort() {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

function row(name, { lhr }) {
  const audits = Object.values(lhr.audits);
  const scores = Object.fromEntries(Object.values(lhr.categories).map((one) => [one.id, one.score]));
  const weighed = Object.values(lhr.categories).flatMap((one) => one.auditRefs.filter((ref) => ref.weight > 0));
  const counted = new Set(weighed.map((ref) => ref.id));
  const failed = audits.filter((one) => one.score !== null && one.score < 1 && counted.has(one.id));
  return {
    name,
    scores,
    shift: lhr.audits["cumulative-layout-shift"]?.numericValue ?? null,
    bytes: lhr.audits["total-byte-weight"]?.numericValue ?? null,
    failed: failed.map((one) => `${one.id} ${one.score}`),
    error: lhr.runtimeError?.message ?? null,
  };
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

async function steps(browser, check) {
  const rows = [];
  const page = await browser.newPage();
  await page.setViewport({ width: 412, height: 823, isMobile: true, hasTouch: true });
  await page.goto(check);
  await page.evaluate(() => document.querySelector("main form button:not(.vh)").click());
  await page.waitForSelector("main form input[type=radio], main form input[type=checkbox]", { timeout: 20000 });
  const still = { flags: { screenEmulation: { disabled: true }, onlyCategories: CATEGORIES.slice(1) } };
  rows.push(row("question of a check, as it stands", await snapshot(page, still)));
  await answerUntilResult(page);
  rows.push(row("result of a check, as it stands", await snapshot(page, still)));
  return rows;
}

// A processor that draws as a graphics card would takes from the two that a page is measured on.
const ALONE = ["--disable-gpu", "--disable-software-rasterizer", "--disable-background-networking"];

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const { base, chromium } = JSON.parse((await lines.next()).value);
const port = await freePort();
const browser = await puppeteer.launch({
  executablePath: chromium,
  args: [`--remote-debugging-port=${port}`, "--no-sandbox", ...ALONE],
});
try {
  for await (const line of lines) {
    const { name, path, check } = JSON.parse(line);
    const options = { port, output: "json", logLevel: "error", onlyAudits: ASKED, disableFullPageScreenshot: true };
    const rows = check ? await steps(browser, base + check) : [row(name, await lighthouse(base + path, options))];
    console.log(JSON.stringify(rows));
  }
} finally {
  await browser.close();
}
