// The Mercator plane: the world as a unit square, y downward, as web maps have it.
type Pair = [number, number];

export const toMercator = ([lon, lat]: readonly number[]): Pair => {
  const angle = ((Math.max(-85, Math.min(85, lat ?? 0)) * Math.PI) / 180 + Math.PI / 2) / 2;
  return [((lon ?? 0) + 180) / 360, 0.5 - Math.log(Math.tan(angle)) / (2 * Math.PI)];
};
export const fromMercator = ([x, y]: readonly number[]): Pair => [
  (x ?? 0) * 360 - 180,
  (Math.atan(Math.exp((0.5 - (y ?? 0)) * 2 * Math.PI)) * 360) / Math.PI - 90,
];

/** West, south, east, north of some places, with a margin as a share of their extent. */
export function boundsOf(places: Pair[], margin = 0.05): [number, number, number, number] | null {
  if (!places.length) return null;
  const [lons, lats] = [places.map(([lon]) => lon), places.map(([, lat]) => lat)];
  const extent = (values: number[]) => {
    const [low, high] = values.reduce(([a, b], v) => [Math.min(a, v), Math.max(b, v)], [Infinity, -Infinity]);
    const pad = Math.max(0.05, (high - low) * margin);
    return [low - pad, high + pad] as const;
  };
  const [[west, east], [south, north]] = [extent(lons), extent(lats)];
  return [west, south, east, north];
}
