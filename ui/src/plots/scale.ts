// Straight scales and round ticks: what every plot needs and nothing more.

export type Span = readonly [number, number];

/** Maps a value of `from` onto `to`; the middle of `to` when `from` has no width. */
export function scale([low, high]: Span, [start, end]: Span): (value: number) => number {
  const width = high - low;
  return (value) => (width > 0 ? start + ((value - low) / width) * (end - start) : (start + end) / 2);
}

/** The span of the finite values, widened to hold `least` on either side of zero when given. */
export function spanOf(values: readonly number[], least = 0): Span {
  const finite = values.filter(Number.isFinite);
  return [Math.min(-least, ...finite), Math.max(least, ...finite)];
}

/** Round numbers (1, 2 or 5 times a power of ten) inside a span, about `count` of them. */
export function ticks([low, high]: Span, count = 5): number[] {
  if (!(high > low)) return Number.isFinite(low) ? [low] : [];
  const rough = (high - low) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  const digits = Math.max(0, -Math.floor(Math.log10(step)));
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toFixed(digits)));
}

/** A point on a compass: degrees clockwise from north, `radius` from the middle. */
export function onCompass(azimuth_deg: number, radius: number): { x: number; y: number } {
  const angle = (azimuth_deg * Math.PI) / 180;
  return { x: radius * Math.sin(angle), y: -radius * Math.cos(angle) };
}
