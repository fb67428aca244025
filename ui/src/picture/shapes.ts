// What is drawn for a selected incident: its ellipses, its sources' shapes, and lines that lead to them.
import type { IncidentView } from "../api";
import { boundsOf } from "../lib/mercator";

type Pair = [number, number];

/** Every position of a geometry. */
export function positions(geometry: GeoJSON.Geometry): Pair[] {
  if (geometry.type === "GeometryCollection") return geometry.geometries.flatMap(positions);
  const flatten = (value: unknown): Pair[] =>
    Array.isArray(value) && typeof value[0] === "number" ? [[value[0], value[1]]] : (value as unknown[]).flatMap(flatten);
  return flatten(geometry.coordinates);
}

function middle(geometry: GeoJSON.Geometry): Pair | null {
  const box = boundsOf(positions(geometry), 0);
  return box && [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
}

const part = (name: string, geometry: GeoJSON.Geometry): GeoJSON.Feature => ({
  type: "Feature", properties: { part: name }, geometry,
});

export function shapesOf({ incident, ellipses, observations }: IncidentView): GeoJSON.FeatureCollection {
  const { lon, lat } = incident.place.mean;
  const features: GeoJSON.Feature[] = [];
  for (const { geometry } of observations) {
    if (!geometry) continue;
    const end = middle(geometry);
    features.push(part("observation", geometry));
    if (end) features.push(part("lead", { type: "LineString", coordinates: [[lon, lat], end] }));
  }
  if (ellipses["50"]) features.push(part("50", ellipses["50"]));
  if (ellipses["95"]) features.push(part("95", ellipses["95"]));
  return { type: "FeatureCollection", features };
}
