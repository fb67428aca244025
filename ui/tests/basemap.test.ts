// The base map draws Crimea in Ukraine at every scale, and names places as Ukraine does.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

type Ring = [number, number][];
type Country = { id: string; geometry: { coordinates: Ring[][] } };
const load = (name: string) => JSON.parse(readFileSync(new URL(`../public/base/${name}.json`, import.meta.url), "utf8"));

function inRing(ring: Ring, [lon, lat]: [number, number]): boolean {
  let inside = false;
  ring.slice(1).forEach(([x2, y2], index) => {
    const [x1, y1] = ring[index]!;
    if (y1 > lat !== y2 > lat && lon < ((x2 - x1) * (lat - y1)) / (y2 - y1) + x1) inside = !inside;
  });
  return inside;
}
const holds = (country: Country, place: [number, number]) =>
  country.geometry.coordinates.some((rings) => rings.filter((ring) => inRing(ring, place)).length % 2 === 1);
const countriesOf = (name: string, place: [number, number]) =>
  (load(name).land.features as Country[]).filter((country) => holds(country, place)).map(({ id }) => id);

const [UKRAINE, RUSSIA] = ["804", "643"];
describe.each(["region", "world"])("%s", (name) => {
  test.each<[string, [number, number], string]>([
    ["Simferopol", [34.1, 44.95], UKRAINE],
    ["Dzhankoi", [34.39, 45.71], UKRAINE],
    ["Donetsk", [37.8, 48.0], UKRAINE],
    ["Kyiv", [30.52, 50.45], UKRAINE],
    ["Rostov-on-Don", [39.7, 47.24], RUSSIA],
    ["Moscow", [37.62, 55.75], RUSSIA],
  ])("%s", (_, place, country) => expect(countriesOf(name, place)).toEqual([country]));
});

test("Sevastopol, Yalta and Kerch lie in no other country than Ukraine", () => {
  for (const place of [[33.6, 44.6], [34.17, 44.52], [36.4, 45.35]] as [number, number][])
    expect(countriesOf("region", place)).toEqual([UKRAINE]);
});

test("no border is drawn between Crimea and the mainland", () => {
  const lines = load("region").borders.coordinates as Ring[];
  const near = lines.flat().filter(([lon, lat]) => lon > 33 && lon < 35.5 && lat > 45.3 && lat < 46.3);
  expect(near).toEqual([]);
});

test("places bear official Ukrainian names in three languages", () => {
  const named = load("places").features.map((place: { properties: { en: string; uk: string; fr: string } }) => place.properties);
  const english = named.map(({ en }: { en: string }) => en);
  for (const name of ["Kyiv", "Kharkiv", "Odesa", "Luhansk", "Zaporizhzhia", "Horlivka", "Bakhmut", "Sievierodonetsk", "Mykolaiv"])
    expect(english).toContain(name);
  for (const { en, uk, fr } of named) {
    expect(en).not.toMatch(/^(Kiev|Kharkov|Odessa|Lugansk|Zaporozhye|Gorlovka|Artyomovsk|Severodonetsk|Nikolaev|Dnepr|Makeyevka)/);
    expect(uk).toMatch(/^[А-ЩЬЮЯЄІЇҐа-щьюяєіїґ’\s-]+$/);
    expect(fr).toBeTruthy();
  }
});
