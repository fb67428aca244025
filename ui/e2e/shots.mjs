// Pictures of every screen for people to look at, since no checker sees a canvas:
// `BASE_URL=http://127.0.0.1:8790 node e2e/shots.mjs` writes e2e/shots/*.png.
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { launch, open } from "./browser.mjs";

const base = process.env.BASE_URL ?? "http://127.0.0.1:8790";
const folder = fileURLToPath(new URL("./shots/", import.meta.url));
mkdirSync(folder, { recursive: true });
const only = process.argv[2] ?? "";

const api = async (path) => (await fetch(`${base}/api/v1${path}`)).json();
const { items } = await api("/cases");
const incident = (await api("/incidents?limit=500")).items.find((item) => item.case);
const obligation = (await api("/obligations")).items[0];
const lapse = (await api("/incidents?class=outage,interference&limit=500")).items.find((item) => item.members === 0);
const SCREENS = {
  picture: "", incident: `&inc=${incident?.id}`, docket: "&v=docket", case: `&v=case&id=${incident?.case ?? items[0]?.id}`,
  pledges: `&v=pledges&id=${obligation?.id}`, board: "&v=board", watch: "&v=watch",
  lapse: `&inc=${lapse?.id}`,
};

const browser = await launch();
for (const [width, height] of [[1440, 900], [390, 844]])
  for (const [lang, theme] of [["en", "light"], ["uk", "dark"], ["fr", "light"]])
    for (const [name, query] of Object.entries(SCREENS)) {
      const shot = `${name}-${lang}-${theme}-${width}`;
      if (!shot.includes(only)) continue;
      const { page, wrongs } = await open(browser, { viewport: { width, height } });
      await page.goto(`${base}/app/?lang=${lang}&theme=${theme}${query}`);
      await page.waitForTimeout(["picture", "incident", "lapse"].includes(name) ? 5000 : 700);
      await page.screenshot({ path: `${folder}${shot}.png`, fullPage: width < 1000 });
      if (wrongs.length) console.error(shot, wrongs);
      await page.context().close();
    }
await browser.close();
