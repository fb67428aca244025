// Loads the base map that the build made, and the agreement's zones from the house.
import type { FeatureCollection, Geometry, MultiLineString, MultiPolygon, Point } from "geojson";
import type { Names, Zones } from "../api";
import { ask } from "../client";

type Land = FeatureCollection<MultiPolygon, { name: string }>;
export interface BaseMap {
  region: { frame: [number, number, number, number]; land: Land; borders: MultiLineString };
  world: { land: Land; borders: MultiLineString };
  places: FeatureCollection<Point, Names & { rank: number }>;
  zones: DrawnZones;
}
type DrawnZones = FeatureCollection<Geometry, Zones["features"][number]["properties"]>;

/** Zones with a geometry; the others are described in the agreement only. */
function drawable({ features }: Zones): DrawnZones {
  const drawn = features.flatMap((zone) => (zone.geometry ? [{ ...zone, geometry: zone.geometry }] : []));
  return { type: "FeatureCollection", features: drawn };
}

const file = async <T>(name: string): Promise<T> => {
  const response = await fetch(new URL(`base/${name}.json`, document.baseURI));
  if (!response.ok) throw new Error(`${name}: ${response.status}`);
  return (await response.json()) as T;
};

let loaded: Promise<BaseMap> | null = null;
/** The base map, loaded once. Zones that cannot be had leave the rest standing. */
export function baseMap(): Promise<BaseMap> {
  loaded ??= Promise.all([
    file<BaseMap["region"]>("region"),
    file<BaseMap["world"]>("world"),
    file<BaseMap["places"]>("places"),
    ask<Zones>("/zones").catch((): Zones => ({ type: "FeatureCollection", features: [] })),
  ]).then(([region, world, places, zones]) => ({ region, world, places, zones: drawable(zones) }));
  loaded.catch(() => (loaded = null));
  return loaded;
}
