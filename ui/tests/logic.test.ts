// The pure parts: address, counts, decisions, hexagons, formats, keys.
import { describe, expect, test } from "vitest";
import { changed, filterChanges, filterOf, inForce, NO_FILTER, placeOf, viewOf } from "../src/lib/address";
import { meanAndBlind, stepOf } from "../src/lib/chance";
import { likelihoodWord, noticed, perBin } from "../src/lib/counts";
import { readiness } from "../src/lib/decision";
import { ellipse95 } from "../src/lib/ellipse";
import * as format from "../src/lib/format";
import { hexagons } from "../src/lib/hexbin";
import { boundsOf, fromMercator, toMercator } from "../src/lib/mercator";
import { summaryOf } from "../src/lib/pledges";
import { isFilled, SYMBOLS } from "../src/lib/symbols";
import { onCompass, scale, spanOf, ticks } from "../src/plots/scale";

describe("address", () => {
  const filter = {
    from: "2026-11-20T00:00:00.000Z", to: "2026-11-21T00:00:00.000Z", classes: ["explosion", "other"],
    q: "Bakhmut & co", bbox: "36,47,38,49", withCase: true, corroborated: true,
  };
  test("a filter survives the address", () => {
    const query = changed(new URLSearchParams(), filterChanges(filter));
    expect(filterOf(new URLSearchParams(query.toString()))).toEqual(filter);
    expect(inForce(filter)).toHaveLength(6);
  });
  test("no filter leaves no trace", () => {
    const query = changed(new URLSearchParams("lang=uk"), filterChanges(NO_FILTER));
    expect(query.toString()).toBe("lang=uk");
    expect(inForce(filterOf(query))).toEqual([]);
  });
  test("nonsense in the address is left aside", () => {
    const query = new URLSearchParams("v=nowhere&from=yesterday");
    expect(viewOf(query)).toBe("picture");
    expect(filterOf(query)).toEqual(NO_FILTER);
  });
  test("an id leads to its place, in whatever link it stands", () => {
    expect(placeOf("/cases/CASE-7F3K2QXM91ABCDEF")).toEqual({ v: "case", id: "CASE-7F3K2QXM91ABCDEF" });
    expect(placeOf("inc-7f3k2qxm91abcdef")).toMatchObject({ inc: "INC-7F3K2QXM91ABCDEF" });
    expect(placeOf("https://elsewhere.example")).toBeNull();
  });
});

describe("counts", () => {
  const bin = (hour: number, chance_noticed: number | null) => ({
    start: `2026-11-22T0${hour}:00:00Z`, end: `2026-11-22T0${hour + 1}:00:00Z`, incidents: 0, allegations: 0, chance_noticed,
  });
  const bins = [bin(0, 0.2), bin(1, 0.6), bin(2, null)];
  test("the denominator is averaged over the time it was computed for, and says how much that is", () => {
    expect(noticed(bins, "", "")).toEqual({ chance: 0.4, share: 2 / 3 });
    expect(noticed(bins, "2026-11-22T01:30:00Z", "2026-11-22T02:00:00Z")).toEqual({ chance: 0.6, share: 1 });
  });
  test("without it there is no number at all", () => {
    expect(noticed(bins, "2026-11-22T02:00:00Z", "")).toBeNull();
    expect(noticed([], "", "")).toBeNull();
  });
  test("incidents fall into the bin they begin in", () => {
    const at = (start: string) => ({ when: { start, end: start } });
    expect(perBin(bins, [at("2026-11-22T00:59:59Z"), at("2026-11-22T01:00:00Z"), at("2026-11-21T00:00:00Z")])).toEqual([1, 1, 0]);
  });
  test("ICD 203 words at their edges", () => {
    expect([0, 0.05, 0.2, 0.45, 0.55, 0.8, 0.951].map(likelihoodWord)).toEqual([
      "almost-no-chance", "very-unlikely", "unlikely", "roughly-even-chance", "roughly-even-chance", "likely", "almost-certain",
    ]);
  });
});

describe("the decision box is never green while a required condition is open", () => {
  const line = (holds: "yes" | "no" | "not-yet-known", required = true) => ({ condition: "c", required, holds, owed_by: null });
  test.each([
    [[line("yes"), line("no")], "open"],
    [[line("yes"), line("not-yet-known")], "open"],
    [[line("yes"), line("no", false)], "ready"],
    [[line("yes", false)], "empty"],
    [[], "empty"],
  ] as const)("%#", (lines, state) => expect(readiness([...lines]).state).toBe(state));
});

describe("map", () => {
  test("Mercator goes there and back", () => {
    const [lon, lat] = fromMercator(toMercator([37.8, 48]));
    expect(lon).toBeCloseTo(37.8, 9);
    expect(lat).toBeCloseTo(48, 9);
  });
  test("every point is counted in exactly one hexagon, which holds it", () => {
    const points = Array.from({ length: 500 }, (_, index) => ({ lon: 30 + (index % 25) * 0.37, lat: 45 + Math.floor(index / 25) * 0.21 }));
    const cells = hexagons(points, 0.002).features;
    expect(cells.reduce((sum, { properties }) => sum + properties.count, 0)).toBe(500);
    expect(cells.every(({ properties }) => properties.step >= 1 && properties.step <= 5)).toBe(true);
    const one = hexagons([points[77]!], 0.002).features[0]!;
    const box = boundsOf(one.geometry.coordinates[0] as [number, number][], 0)!;
    expect(points[77]!.lon).toBeGreaterThan(box[0]);
    expect(points[77]!.lat).toBeLessThan(box[3]);
  });
  test("the ellipse is the kernel's", () => {
    const ellipse = ellipse95({ mean: { lon: 0, lat: 0 }, ee_m2: 400, en_m2: 0, nn_m2: 100 });
    expect(ellipse.azimuth_deg).toBeCloseTo(90);
    expect(ellipse.semi_major_m).toBeCloseTo(20 * 2.4477, 2);
  });
  test("no two classes look alike: shapes differ, colour is never the only mark", () => {
    const shapes = Object.values(SYMBOLS).map(({ path }) => path);
    expect(new Set(shapes).size).toBe(shapes.length);
  });
  test("filled means two groups or an analyst", () => {
    expect(isFilled({ groups: 1, product: "automatic2" })).toBe(false);
    expect(isFilled({ groups: 2, product: "automatic1" })).toBe(true);
    expect(isFilled({ groups: 1, product: "reviewed" })).toBe(true);
  });
});

describe("format", () => {
  test("UTC first, Kyiv beside it, in summer and winter", () => {
    expect(format.utc("2026-11-22T06:05:00Z", "en-GB")).toBe("22 Nov 2026, 06:05 UTC");
    expect(format.local("2026-11-22T06:05:00Z", "en-GB")).toBe("08:05");
    expect(format.local("2026-07-22T06:05:00Z", "en-GB")).toBe("09:05");
    expect(format.interval("2026-11-22T06:05:00Z", "2026-11-22T07:00:00Z", "en-GB")).toBe("22 Nov, 06:05–07:00");
  });
  test("what is not certain is never written as 0 % or 100 %", () => {
    expect(format.percent(0.9999, "en-GB")).toBe("99.99%");
    expect(format.percent(0.004, "en-GB")).toBe("0.4%");
    expect(format.percent(1, "en-GB")).toBe("100%");
  });
  test("durations as the house writes them", () => {
    expect(format.durationMs("1h30m")).toBe(5_400_000);
    expect(format.durationMs("14d")).toBe(14 * 86_400_000);
    expect(format.durationMs("soon")).toBeNaN();
  });
  test("spans in their two largest units", () => {
    expect(format.span(53 * 3_600_000, "en-GB")).toBe("2 days 5 hrs");
    expect(format.span(20_000, "en-GB")).toBe("< 1 min");
  });
});

test("a guarantor's pledges in three numbers", () => {
  const pledge = {
    id: "p", pledger: "FR", action: "a", instrument: "i", binding: "legal", status: "triggered", source: null,
    conditions: [{ condition: "c", holds: "no" as const }, { condition: "d", holds: "yes" as const }],
    obligations: ["due", "overdue", "verified"].map((standing) => ({ standing })) as never,
  };
  expect(summaryOf([pledge])).toEqual({ owed: 2, overdue: 1, open: 1 });
});

describe("plots", () => {
  test("ticks are round, inside, and never too many", () => {
    expect(ticks([-0.071, 0.093], 4)).toEqual([-0.05, 0, 0.05]);
    expect(ticks([0, 8.3], 5)).toEqual([0, 2, 4, 6, 8]);
    expect(ticks([3, 3])).toEqual([3]);
    for (const width of [1e-6, 0.3, 7, 4e8]) expect(ticks([0, width], 5).length).toBeLessThanOrEqual(6);
  });
  test("a scale maps ends to ends and survives a span without width", () => {
    const along = scale([2, 6], [10, 30]);
    expect([along(2), along(4), along(6)]).toEqual([10, 20, 30]);
    expect(scale([5, 5], [0, 8])(5)).toBe(4);
    expect(spanOf([0.4, Number.NaN, -0.1], 0.2)).toEqual([-0.2, 0.4]);
  });
  test("north is up and east is right", () => {
    expect(onCompass(0, 5).y).toBeCloseTo(-5);
    expect(onCompass(90, 5).x).toBeCloseTo(5);
  });
});

describe("chance of noticing", () => {
  test("steps rise with the chance, and blind is no step", () => {
    expect([0, 0.049, 0.05, 0.5, 0.9, 1].map(stepOf)).toEqual([0, 0, 1, 3, 5, 5]);
  });
  test("the mean comes with the share of blind cells", () => {
    expect(meanAndBlind([0, 0.5, 1, 0.02])).toEqual({ mean: 0.38, blind: 0.5 });
    expect(meanAndBlind([])).toEqual({ mean: 0, blind: 0 });
  });
});
