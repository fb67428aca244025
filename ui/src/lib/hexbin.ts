// Hexagons in one hue for many points: counts per cell of a flat-topped grid on the Mercator plane.
import type { Feature, FeatureCollection, Polygon } from "geojson";
import { fromMercator, toMercator } from "./mercator";

type Point = { lon: number; lat: number };
const ROOT3 = Math.sqrt(3);

/** The axial cell (q, r) that holds a point of the plane, by rounding in cube coordinates. */
function cellOf(x: number, y: number, size: number): [number, number] {
  const q = ((2 / 3) * x) / size;
  const r = ((-1 / 3) * x + (ROOT3 / 3) * y) / size;
  const s = -q - r;
  const [rq, rr, rs] = [Math.round(q), Math.round(r), Math.round(s)];
  const [dq, dr, ds] = [Math.abs(rq - q), Math.abs(rr - r), Math.abs(rs - s)];
  if (dq > dr && dq > ds) return [-rr - rs, rr];
  return dr > ds ? [rq, -rq - rs] : [rq, rr];
}

function outline(q: number, r: number, size: number): Polygon {
  const [x, y] = [size * 1.5 * q, size * ROOT3 * (r + q / 2)];
  const corner = (index: number) => {
    const angle = (Math.PI / 3) * (index % 6);
    return fromMercator([x + size * Math.cos(angle), y + size * Math.sin(angle)]);
  };
  return { type: "Polygon", coordinates: [Array.from({ length: 7 }, (_, index) => corner(index))] };
}

export type Hexagons = FeatureCollection<Polygon, { count: number; step: number }>;

/** Hexagons with their counts and a step 1 to 5 on a square-root scale, for one hue. */
export function hexagons(points: Point[], size: number): Hexagons {
  const cells = new Map<string, { q: number; r: number; count: number }>();
  for (const { lon, lat } of points) {
    const [x, y] = toMercator([lon, lat]);
    const [q, r] = cellOf(x, y, size);
    const cell = cells.get(`${q} ${r}`) ?? { q, r, count: 0 };
    cell.count += 1;
    cells.set(`${q} ${r}`, cell);
  }
  const most = Math.max(1, ...[...cells.values()].map(({ count }) => count));
  const features = [...cells.values()].map(({ q, r, count }): Feature<Polygon, { count: number; step: number }> => ({
    type: "Feature",
    properties: { count, step: Math.max(1, Math.ceil(5 * Math.sqrt(count / most))) },
    geometry: outline(q, r, size),
  }));
  return { type: "FeatureCollection", features };
}

/** Too many to tell apart: more than this at a zoom below that are drawn as hexagons. */
export const MANY_POINTS = 400;
export const NEAR_ZOOM = 8;
/** Radius of a hexagon on the plane (world = 1) for about 14 pixels at a whole zoom. */
export const sizeAt = (zoom: number) => 14 / (512 * 2 ** Math.floor(zoom));
