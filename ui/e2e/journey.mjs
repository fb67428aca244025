// The journey of a monitoring officer through a real browser, in uk and en, light and dark:
// list -> map -> case -> obligation, with no axe violation, no off-host request, no breach of the
// content policy and no console error. `BASE_URL=http://127.0.0.1:8790 npm run e2e`; without
// BASE_URL it starts the mock house and needs `npm run build` first.
import assert from "node:assert/strict";
import { AxeBuilder } from "@axe-core/playwright";
import { launch, open } from "./browser.mjs";

const WAIT_MS = 30_000;

async function checkAccess(page, where) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const told = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`);
  assert.deepEqual(told, [], `axe at ${where}`);
}

/** Cases that gave rise to obligations, as the house tells: the journey must end at one. */
async function casesWithObligations(base) {
  const ask = async (path) => (await fetch(`${base}/api/v1${path}`)).json();
  const { items } = await ask("/cases");
  const views = await Promise.all(items.map(({ id }) => ask(`/cases/${id}`)));
  const found = items.map(({ id }) => id).filter((_, index) => views[index].obligations?.length);
  assert.ok(found.length, "some case of the house has an obligation");
  return found;
}

/** The list keeps only the rows in view in the page: scroll until one of the wanted cases is there. */
async function scrollToRow(page, cases) {
  const wanted = page.locator(cases.map((id) => `[role=option][data-case="${id}"]`).join(", ")).first();
  const list = page.getByRole("listbox");
  await page.locator("[role=option]").first().waitFor({ timeout: WAIT_MS });
  for (let screen = 0; screen < 400 && !(await wanted.count()); screen++)
    await list.evaluate((box) => box.scrollBy(0, box.clientHeight));
  return wanted;
}

async function pickFromList(page, cases) {
  await page.getByRole("listbox").waitFor({ timeout: WAIT_MS });
  await page.locator("form.filter details summary").click();
  await page.locator("form.filter input[type=checkbox]").nth(1).check();
  const row = await scrollToRow(page, cases);
  const id = (await row.getAttribute("id")).replace("row-", "");
  await row.click();
  return id;
}

async function seeOnMap(page, id) {
  const ring = page.locator(`.selected-ring[data-incident="${id}"]`);
  await ring.waitFor({ timeout: WAIT_MS });
  const [spot, frame] = [await ring.boundingBox(), await page.locator("section.map").boundingBox()];
  const inside = spot.x >= frame.x && spot.y >= frame.y && spot.x < frame.x + frame.width && spot.y < frame.y + frame.height;
  assert.ok(inside, "the selected incident lies on the map");
}

async function followToCase(page, cases) {
  await page.locator(cases.map((id) => `aside .case a[href*="${id}"]`).join(", ")).first().click();
  await page.locator("[data-readiness]").waitFor({ timeout: WAIT_MS });
}

async function followToObligation(page) {
  const link = page.locator("[data-obligation] a").first();
  await link.waitFor({ timeout: WAIT_MS });
  const id = await link.locator("xpath=ancestor::article").getAttribute("data-obligation");
  await link.click();
  await page.locator(`[data-pledge] [data-obligation="${id}"].chosen`).waitFor({ timeout: WAIT_MS });
  assert.equal(new URL(page.url()).searchParams.get("id"), id, "the obligation is in the address");
}

async function journey(browser, base, cases, lang, theme) {
  const { page, wrongs } = await open(browser);
  await page.goto(`${base}/app/?lang=${lang}&theme=${theme}`);
  const incident = await pickFromList(page, cases);
  await seeOnMap(page, incident);
  await checkAccess(page, `the picture, ${lang} ${theme}`);
  const link = page.url();
  await followToCase(page, cases);
  await checkAccess(page, `the case room, ${lang} ${theme}`);
  await followToObligation(page);
  await checkAccess(page, `the pledges, ${lang} ${theme}`);
  for (const view of ["docket", "board"]) {
    await page.goto(`${base}/app/?lang=${lang}&theme=${theme}&v=${view}`);
    await page.locator("h1").waitFor({ timeout: WAIT_MS });
    await page.waitForLoadState("load");
    await checkAccess(page, `${view}, ${lang} ${theme}`);
  }
  await page.goto(link);
  await seeOnMap(page, incident);
  assert.equal(await page.evaluate(() => document.documentElement.lang), lang);
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), theme);
  await finish(page, wrongs);
}

async function byKeyboard(browser, base) {
  const { page, wrongs } = await open(browser);
  await page.goto(`${base}/app/?lang=en&theme=light`);
  await page.locator("[role=option]").first().waitFor({ timeout: WAIT_MS });
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("k");
  await page.locator("#incident-title").waitFor();
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "incident-title");
  await page.keyboard.press("Escape");
  await page.keyboard.press("/");
  assert.equal(await page.evaluate(() => document.activeElement.id), "incident-search");
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press("t");
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), "dark");
  await page.keyboard.press("l");
  assert.equal(await page.evaluate(() => document.documentElement.lang), "fr");
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").and(page.locator("dialog *")).waitFor();
  await checkAccess(page, "the command palette");
  await page.keyboard.type("48");
  await page.keyboard.press("Enter");
  assert.equal(new URL(page.url()).searchParams.get("v"), "board");
  await finish(page, wrongs);
}

/** Without WebGL the simple map stands in; MapLibre's own complaint on the console is expected. */
async function withoutWebgl(base, cases) {
  const browser = await launch({ webgl: false });
  const { page, wrongs } = await open(browser);
  await page.goto(`${base}/app/?lang=uk&theme=light`);
  const incident = await pickFromList(page, cases);
  await page.locator("section.map svg[role=img]").waitFor({ timeout: WAIT_MS });
  await seeOnMap(page, incident);
  await checkAccess(page, "the picture without WebGL");
  await finish(page, wrongs.filter((wrong) => !/webgl/i.test(wrong)));
  await browser.close();
}

async function onPhone(browser, base, cases) {
  const { page, wrongs } = await open(browser, { viewport: { width: 390, height: 844 } });
  await page.goto(`${base}/app/?lang=uk&theme=dark`);
  await pickFromList(page, cases);
  await page.locator("#incident-title").waitFor({ timeout: WAIT_MS });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  assert.ok(!wide, "nothing stands out sideways at 390 px");
  await checkAccess(page, "the incident at 390 px");
  await finish(page, wrongs);
}

/** What would have been noticed: the map by hour, another class, no wider than a phone. */
async function watchByHour(browser, base, viewport) {
  const { page, wrongs } = await open(browser, { viewport });
  await page.goto(`${base}/app/?lang=uk&theme=dark&v=watch`);
  const map = page.locator("svg[role=img]");
  await map.locator("rect").first().waitFor({ timeout: WAIT_MS });
  const said = await map.getAttribute("aria-label");
  await page.locator("input[type=range]").fill("0");
  assert.notEqual(await map.getAttribute("aria-label"), said, "another hour is another map");
  await page.locator("select").nth(1).selectOption("abnormal-fire");
  await map.locator("rect").first().waitFor({ timeout: WAIT_MS });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  assert.ok(!wide, "nothing stands out sideways");
  await checkAccess(page, `the watch at ${viewport.width} px`);
  await finish(page, wrongs);
}

/** A time in which sources did not watch: why, what they had promised and kept, what was lost. */
async function lapse(browser, base, lang, theme, viewport) {
  const { items } = await (await fetch(`${base}/api/v1/incidents?class=outage,interference&limit=500`)).json();
  const found = items.find(({ members }) => members === 0);
  if (!found) return console.error("--  no source of this house fell silent");
  const { page, wrongs } = await open(browser, { viewport });
  await page.goto(`${base}/app/?lang=${lang}&theme=${theme}&inc=${found.id}`);
  await page.locator("aside article h4").first().waitFor({ timeout: WAIT_MS });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  assert.ok(!wide, "nothing stands out sideways");
  await checkAccess(page, `a lapse, ${lang} ${theme} at ${viewport.width} px`);
  await finish(page, wrongs);
}

/** A stream that drops is said loudly, and the rest of the app stands. */
async function withoutStream(browser, base) {
  const { page, wrongs } = await open(browser);
  await page.route("**/api/v1/stream", (route) => route.abort());
  await page.goto(`${base}/app/?lang=en&theme=light&v=docket`);
  await page.getByRole("status").getByText("Connection lost").waitFor({ timeout: WAIT_MS });
  await page.locator("h1").waitFor({ timeout: WAIT_MS });
  await checkAccess(page, "the warning of a lost stream");
  await finish(page, wrongs.filter((wrong) => !wrong.includes("ERR_FAILED")));
}

async function finish(page, wrongs) {
  assert.deepEqual(await page.evaluate(() => window.policyBreaches), [], "content policy");
  assert.deepEqual(wrongs, []);
  await page.context().close();
}

async function mockHouse() {
  const { start } = await import("../scripts/mock.mjs");
  const server = await start(0);
  return { base: `http://127.0.0.1:${server.address().port}`, stop: () => server.closeAllConnections() || server.close() };
}

const { base, stop } = process.env.BASE_URL
  ? { base: process.env.BASE_URL.replace(/\/$/, ""), stop: () => {} }
  : await mockHouse();
const browser = await launch();
try {
  const cases = await casesWithObligations(base);
  for (const lang of ["uk", "en"])
    for (const theme of ["light", "dark"]) {
      await journey(browser, base, cases, lang, theme);
      console.error(`ok  list, map, case, obligation: ${lang} ${theme}`);
    }
  await byKeyboard(browser, base);
  console.error("ok  by keyboard");
  await onPhone(browser, base, cases);
  console.error("ok  at 390 px");
  for (const viewport of [{ width: 1440, height: 900 }, { width: 390, height: 844 }]) await watchByHour(browser, base, viewport);
  console.error("ok  what would have been noticed");
  await lapse(browser, base, "en", "light", { width: 1440, height: 900 });
  await lapse(browser, base, "uk", "dark", { width: 390, height: 844 });
  console.error("ok  a time in which sources did not watch");
  await withoutStream(browser, base);
  console.error("ok  without the stream");
  await withoutWebgl(base, cases);
  console.error("ok  without WebGL");
} finally {
  await browser.close();
  stop();
}
