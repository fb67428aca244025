// A house of fixtures on loopback, for developing and testing the app without the server:
// `npm run mock [port]` serves ui/dist at /app/ and the EXERCISE fixtures at /api/v1.
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { capability } from "../fixtures/capability.mjs";
import { detail, items } from "../fixtures/incidents.mjs";
import { waveforms } from "../fixtures/measurements.mjs";
import { dice } from "../fixtures/geometry.mjs";
import * as proceedings from "../fixtures/proceedings.mjs";
import { AS_OF, hoursBefore, house, zones } from "../fixtures/setting.mjs";

const DIST = fileURLToPath(new URL("../dist/", import.meta.url));
/** The policy the real server sends too. */
export const POLICY = [
  "default-src 'none'", "script-src 'self'", "style-src 'self'", "worker-src 'self'",
  "img-src 'self'", "font-src 'self'", "connect-src 'self'", "base-uri 'none'",
  "form-action 'self'", "frame-ancestors 'none'",
].join("; ");
const TYPES = {
  ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".mjs": "text/javascript",
  ".css": "text/css", ".json": "application/json", ".svg": "image/svg+xml", ".woff2": "font/woff2",
};

function inWindow({ when }, query) {
  const [from, to] = [query.get("from"), query.get("to")].map((word) => word && Date.parse(word));
  return (!from || Date.parse(when.end) >= from) && (!to || Date.parse(when.start) < to);
}

function matches(item, query) {
  const classes = query.get("class")?.split(",") ?? [];
  const box = query.get("bbox")?.split(",").map(Number);
  const word = query.get("q")?.toLowerCase() ?? "";
  return inWindow(item, query)
    && (!classes.length || classes.includes(item.class))
    && (!box || (item.lon >= box[0] && item.lat >= box[1] && item.lon <= box[2] && item.lat <= box[3]))
    && `${item.id} ${item.class}`.toLowerCase().includes(word);
}

function incidents(query) {
  const found = items.filter((item) => matches(item, query));
  const start = Number(query.get("cursor") ?? 0);
  const end = start + Number(query.get("limit") ?? 500);
  const cursor = end < found.length ? String(end) : null;
  const page = found.slice(start, end);
  return { as_of: AS_OF, total: items.length, matching: found.length, shown: page.length, cursor, items: page };
}

function timeline(query) {
  const start = Date.parse(query.get("from") ?? hoursBefore(150));
  const end = Date.parse(query.get("to") ?? AS_OF);
  const count = Number(query.get("bins") ?? 120);
  const edge = (index) => new Date(start + ((end - start) * index) / count).toISOString();
  const bins = Array.from({ length: count }, (_, index) => {
    const bin = { start: edge(index), end: edge(index + 1) };
    const inBin = items.filter(({ when }) => when.start >= bin.start && when.start < bin.end);
    const hour = (Date.parse(bin.start) / 3_600_000) % 24;
    return {
      ...bin,
      incidents: inBin.length,
      allegations: inBin.filter((item) => item.allegations).length,
      chance_noticed: index < 4 ? null : 0.62 + 0.22 * Math.cos(((hour - 11) * Math.PI) / 12),
    };
  });
  return { bins };
}

function incident(id) {
  const item = items.find((one) => one.id === id);
  if (!item) return null;
  const cited = ({ id: of }) => of === item.case;
  return {
    ...detail(item),
    allegations: proceedings.allegations.filter((one) => one.incident === id),
    cases: proceedings.cases.filter(cited).map(({ id: of, title, stage }) => ({ id: of, title, stage })),
  };
}

function caseRoom(id) {
  const found = proceedings.cases.find((one) => one.id === id);
  if (!found) return null;
  const findings = proceedings.findings.filter((one) => one.case === id);
  const open = found.stage !== "published";
  return {
    case: found, findings,
    decision_box: open ? proceedings.decisionBox : proceedings.decisionBox.map((line) => ({ ...line, holds: "yes", owed_by: null })),
    allegations: proceedings.allegations.filter((one) => found.allegations.includes(one.id)),
    statements: found.stage === "docket" ? [] : proceedings.statements,
    exhibits: proceedings.exhibits,
    votes: findings.length ? proceedings.votes : [],
    obligations: proceedings.obligations.filter((one) => findings.some(({ id: of }) => of === one.finding)),
  };
}

function board() {
  const opened = proceedings.cases.map((one) => ({ at: one.opened, kind: "case", title: one.title, link: one.id }));
  const owed = proceedings.obligations.map((one) => (
    { at: one.raised, kind: "obligation", title: `${one.bearer}: ${one.action}`, link: one.id }));
  const found = proceedings.findings.map((one) => ({ at: one.published, kind: "finding", title: one.text, link: one.case }));
  const recent = ({ at }) => at >= hoursBefore(60);
  return { items: [...opened, ...owed, ...found].filter(recent).sort((a, b) => b.at.localeCompare(a.at)) };
}

const list = (all) => ({ items: all });
const facts = [
  { name: "ceasefire-in-force", holds: "yes", since: house.t0.since, known: house.t0.since, stated_by: "house", entry: 4 },
];

function answer(path, query) {
  const [name, id, part] = path.split("/");
  if (name === "incidents" && part === "waveforms") return waveforms(incident(id)?.observations ?? [], dice(3));
  if (name === "incidents") return id ? incident(id) : incidents(query);
  if (name === "cases") return id ? caseRoom(id) : list(proceedings.cases);
  if (name === "findings") return id ? proceedings.findings.find((one) => one.id === id) : list(proceedings.findings);
  const whole = {
    house, zones, timeline: timeline(query), board: board(), facts: list(facts),
    allegations: list(proceedings.allegations), pledges: list(proceedings.pledges),
    obligations: list(proceedings.obligations), capability: capability(query.get("class")),
  };
  return id ? null : whole[name];
}

function stream(response) {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  const send = () => response.write(`data: ${JSON.stringify({ size: house.record.size, as_of: AS_OF })}\n\n`);
  send();
  const beat = setInterval(send, 5_000);
  response.on("close", () => clearInterval(beat));
}

async function file(path, response) {
  const name = normalize(path.slice("/app/".length) || "index.html");
  const bytes = name.startsWith("..") ? null : await readFile(join(DIST, name)).catch(() => null);
  if (!bytes) return response.writeHead(404).end();
  const type = TYPES[extname(name)] ?? "application/octet-stream";
  return response.writeHead(200, {
    "content-type": type, "content-security-policy": POLICY, "x-content-type-options": "nosniff",
  }).end(bytes);
}

function reply({ method, url }, response) {
  const { pathname, searchParams } = new URL(url, "http://mock");
  if (method !== "GET") return response.writeHead(405).end();
  if (pathname === "/") return response.writeHead(302, { location: "/app/" }).end();
  if (pathname === "/api/v1/stream") return stream(response);
  if (!pathname.startsWith("/api/v1/")) return file(pathname, response);
  const found = answer(pathname.slice("/api/v1/".length), searchParams);
  const body = found ?? { code: "not-found", sentence: "There is no such thing in this house." };
  return response.writeHead(found ? 200 : 404, { "content-type": "application/json" }).end(JSON.stringify(body));
}

/** Starts the mock house; port 0 lets the system choose. */
export function start(port) {
  const server = createServer(reply);
  return new Promise((resolve) => server.listen(port, "127.0.0.1", () => resolve(server)));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const server = await start(Number(process.argv[2] ?? 8790));
  console.error(`EXERCISE house of fixtures: http://127.0.0.1:${server.address().port}/app/`);
}
