// Debian's Chromium under Playwright, with ears open for whatever must not happen.
import { chromium } from "playwright-core";

const FLAGS = [
  "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];

/** A browser; `webgl: false` takes every 3D interface away. */
export const launch = ({ webgl = true } = {}) =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: webgl ? FLAGS : [...FLAGS, "--disable-3d-apis"],
  });

/** A page and the list of what went wrong on it: errors, refused policy, requests that left the host. */
export async function open(browser, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, timezoneId: "Europe/Kyiv", ...options });
  await context.addInitScript(() => {
    window.policyBreaches = [];
    addEventListener("securitypolicyviolation", (event) => window.policyBreaches.push(`${event.violatedDirective} ${event.blockedURI}`));
  });
  const page = await context.newPage();
  const wrongs = [];
  page.on("pageerror", (error) => wrongs.push(`page error: ${error.message}`));
  page.on("console", (message) => message.type() === "error" && wrongs.push(`console: ${message.text()}`));
  page.on("request", (request) => {
    const { hostname, protocol } = new URL(request.url());
    if (protocol.startsWith("http") && !["127.0.0.1", "localhost"].includes(hostname)) wrongs.push(`off host: ${request.url()}`);
  });
  return { page, wrongs };
}
