// Builds public/base/*.json from npm's world-atlas (Natural Earth). The same bytes every time.
// Natural Earth's default view draws Crimea in Russia; here it is drawn in Ukraine, as UN General
// Assembly resolution 68/262 has it.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { feature, mergeArcs, mesh } from "topojson-client";
import { places } from "./places.mjs";

const UKRAINE = "804";
const RUSSIA = "643";
const SIMFEROPOL = [34.1, 44.95];
/** The theatre map: west, south, east, north, in degrees. */
const REGION = [18, 42, 44, 57];

/** Whether a ring of [lon, lat] holds a point (even-odd rule). */
function ringHolds(ring, [lon, lat]) {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [[x1, y1], [x2, y2]] = [ring[i], ring[j]];
    if (y1 > lat !== y2 > lat && lon < ((x2 - x1) * (lat - y1)) / (y2 - y1) + x1) inside = !inside;
  }
  return inside;
}

/** Moves the polygon that holds Simferopol from Russia to Ukraine, dissolving the shared edge. */
export function withCrimeaInUkraine(topology) {
  const countries = topology.objects.countries.geometries;
  const ukraine = countries.find(({ id }) => id === UKRAINE);
  const russia = countries.find(({ id }) => id === RUSSIA);
  const outlines = feature(topology, russia).geometry.coordinates;
  const moved = outlines.findIndex(([outer]) => ringHolds(outer, SIMFEROPOL));
  if (moved < 0) throw new Error("Simferopol is not in the Russia of this atlas: look again");
  const [crimea] = russia.arcs.splice(moved, 1);
  const merged = mergeArcs(topology, [ukraine, { type: "MultiPolygon", arcs: [crimea] }]);
  Object.assign(ukraine, { type: merged.type, arcs: merged.arcs });
  return topology;
}

/** One pass of Sutherland-Hodgman: keeps what lies on the inner side of one edge of the frame. */
function clipEdge(ring, axis, limit, sign) {
  const kept = [];
  ring.forEach((point, index) => {
    const before = ring[(index + ring.length - 1) % ring.length];
    const [isIn, wasIn] = [sign * (point[axis] - limit) >= 0, sign * (before[axis] - limit) >= 0];
    if (isIn !== wasIn) {
      const share = (limit - before[axis]) / (point[axis] - before[axis]);
      kept.push([0, 1].map((k) => before[k] + share * (point[k] - before[k])));
    }
    if (isIn) kept.push(point);
  });
  return kept;
}

function clipRing(ring, [west, south, east, north]) {
  let open = ring.slice(0, -1);
  for (const [axis, limit, sign] of [[0, west, 1], [1, south, 1], [0, east, -1], [1, north, -1]])
    open = clipEdge(open, axis, limit, sign);
  return open.length < 3 ? [] : [...open, open[0]];
}

const rounded = (points, digits) =>
  points.map((point) => point.map((value) => Number(value.toFixed(digits))));

function clipCountry(country, frame, digits) {
  const { type, coordinates } = country.geometry;
  const polygons = type === "Polygon" ? [coordinates] : coordinates;
  const clipped = polygons
    .map((rings) => rings.map((ring) => rounded(clipRing(ring, frame), digits)).filter((ring) => ring.length))
    .filter((rings) => rings.length);
  const geometry = { type: "MultiPolygon", coordinates: clipped };
  return { type: "Feature", id: country.id, properties: { name: country.properties.name }, geometry };
}

/** Borders without the frame's own edges: pieces of lines with every point in the frame. */
function clipLines(lines, [west, south, east, north], digits) {
  const isIn = ([lon, lat]) => lon >= west && lon <= east && lat >= south && lat <= north;
  const pieces = [];
  for (const line of lines.coordinates) {
    let piece = [];
    for (const point of [...line, null]) {
      if (point && isIn(point)) {
        piece.push(point);
        continue;
      }
      if (piece.length > 1) pieces.push(rounded(piece, digits));
      piece = [];
    }
  }
  return { type: "MultiLineString", coordinates: pieces };
}

/** Land by country and the borders between countries, within a frame. */
export function layer(topology, frame, digits) {
  const { countries } = topology.objects;
  const land = feature(topology, countries).features.map((c) => clipCountry(c, frame, digits));
  const borders = mesh(topology, countries, (one, other) => one !== other);
  return {
    land: { type: "FeatureCollection", features: land.filter((c) => c.geometry.coordinates.length) },
    borders: clipLines(borders, frame, digits),
  };
}

export function atlas(scale) {
  const file = createRequire(import.meta.url).resolve(`world-atlas/countries-${scale}.json`);
  return withCrimeaInUkraine(JSON.parse(readFileSync(file, "utf8")));
}

function build() {
  const folder = join(dirname(fileURLToPath(import.meta.url)), "../public/base");
  mkdirSync(folder, { recursive: true });
  const write = (name, value) => writeFileSync(join(folder, name), `${JSON.stringify(value)}\n`);
  write("region.json", { frame: REGION, ...layer(atlas("10m"), REGION, 3) });
  write("world.json", layer(atlas("110m"), [-180, -85, 180, 85], 2));
  write("places.json", places());
}

if (process.argv[1] === fileURLToPath(import.meta.url)) build();
