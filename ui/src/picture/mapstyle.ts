// The map's look in light and dark: base, zones, hexagons, incidents and the incident selected.
import type { LayerSpecification, StyleSpecification } from "maplibre-gl";
import type { Language } from "../i18n/words";

export interface Palette {
  sea: string; land: string; border: string; ink: string; halo: string; line: string;
  zone: string; hexagons: string[]; selection: string; source: string;
}
const LIGHT: Palette = {
  sea: "#d9e4ec", land: "#f7f6f2", border: "#9aa5af", ink: "#3c4954", halo: "#ffffff", line: "#2c3e50",
  zone: "#6d7f8f", hexagons: ["#dbe8f3", "#b3d0e6", "#7fb0d5", "#4789bb", "#1d5f94"], selection: "#111111", source: "#5b2a86",
};
const DARK: Palette = {
  sea: "#0b1116", land: "#19222a", border: "#51606d", ink: "#b9c4ce", halo: "#0d1318", line: "#d5dee6",
  zone: "#8fa1b1", hexagons: ["#1d3347", "#24506f", "#2f7099", "#4896c4", "#8cc8ee"], selection: "#ffffff", source: "#cfa6f0",
};
export const paletteOf = (dark: boolean) => (dark ? DARK : LIGHT);

export const EMPTY: GeoJSON.FeatureCollection = { type: "FeatureCollection", features: [] };
const DATA_SOURCES = ["land", "borders", "world", "world-borders", "frame", "places", "zones", "hexagons", "incidents", "shapes"];
/** Below this zoom the small-scale world is enough. */
const REGION_ZOOM = 4;

function base(palette: Palette): LayerSpecification[] {
  const fill = (id: string, source: string, color: string, minzoom = 0): LayerSpecification => ({
    id, type: "fill", source, minzoom, paint: { "fill-color": color, "fill-antialias": false },
  });
  const line = (id: string, source: string, minzoom: number, maxzoom: number): LayerSpecification => ({
    id, type: "line", source, minzoom, maxzoom, paint: { "line-color": palette.border, "line-width": 1.1 },
  });
  return [
    { id: "sea", type: "background", paint: { "background-color": palette.sea } },
    fill("world", "world", palette.land),
    line("world-borders", "world-borders", 0, REGION_ZOOM),
    fill("frame", "frame", palette.sea, REGION_ZOOM),
    fill("land", "land", palette.land, REGION_ZOOM),
    line("borders", "borders", REGION_ZOOM, 24),
  ];
}

function labels(palette: Palette, language: Language): LayerSpecification[] {
  return [
    {
      id: "places", type: "symbol", source: "places",
      filter: ["<=", ["get", "rank"], ["step", ["zoom"], 1, 5.4, 2, 6.6, 3, 7.6, 4]],
      layout: {
        "text-field": ["get", language],
        "text-size": ["match", ["get", "rank"], 1, 13, 2, 12, 11],
        "text-font": ["Noto Sans Regular"],
        "symbol-sort-key": ["get", "rank"],
        "text-padding": 6,
      },
      paint: { "text-color": palette.ink, "text-halo-color": palette.halo, "text-halo-width": 1.4 },
    },
    {
      id: "zone-names", type: "symbol", source: "zones", minzoom: 7.5,
      layout: {
        "text-field": ["coalesce", ["get", language, ["object", ["get", "label"], ["literal", {}]]], ["get", "name"]],
        "text-size": 11,
        "text-font": ["Noto Sans Italic"],
        "symbol-placement": "line",
        "symbol-spacing": 400,
        "text-offset": [0, -0.8],
      },
      paint: { "text-color": palette.line, "text-halo-color": palette.halo, "text-halo-width": 1.4 },
    },
  ];
}

function density(palette: Palette): LayerSpecification[] {
  const color = ["match", ["get", "step"], 1, palette.hexagons[0], 2, palette.hexagons[1], 3, palette.hexagons[2], 4, palette.hexagons[3], palette.hexagons[4]];
  return [
    {
      id: "hexagons", type: "fill", source: "hexagons",
      paint: { "fill-color": color as never, "fill-opacity": 0.8, "fill-outline-color": palette.halo },
    },
  ];
}

function zones(palette: Palette): LayerSpecification[] {
  return [
    {
      id: "zone-fill", type: "fill", source: "zones", filter: ["==", ["get", "kind"], "zone"],
      paint: { "fill-color": palette.zone, "fill-opacity": 0.08 },
    },
    {
      id: "zone-edge", type: "line", source: "zones", filter: ["!=", ["get", "kind"], "line"],
      paint: { "line-color": palette.zone, "line-width": 1, "line-dasharray": [2, 2] },
    },
    {
      id: "objects", type: "circle", source: "zones", filter: ["==", ["geometry-type"], "Point"],
      paint: { "circle-radius": 4, "circle-color": palette.halo, "circle-stroke-color": palette.line, "circle-stroke-width": 1.5 },
    },
    {
      id: "line", type: "line", source: "zones", filter: ["==", ["get", "kind"], "line"],
      paint: { "line-color": palette.line, "line-width": 2, "line-dasharray": [5, 2] },
    },
  ];
}

function incidents(palette: Palette): LayerSpecification[] {
  return [
    {
      id: "shape-fill", type: "fill", source: "shapes", filter: ["==", ["get", "part"], "observation"],
      paint: { "fill-color": palette.source, "fill-opacity": 0.07 },
    },
    {
      id: "shape-edge", type: "line", source: "shapes", filter: ["in", ["get", "part"], ["literal", ["observation", "lead"]]],
      paint: { "line-color": palette.source, "line-width": 1.2, "line-opacity": 0.8 },
    },
    {
      id: "ellipse-50", type: "line", source: "shapes", filter: ["==", ["get", "part"], "50"],
      paint: { "line-color": palette.selection, "line-width": 2.2 },
    },
    {
      id: "ellipse-95", type: "line", source: "shapes", filter: ["==", ["get", "part"], "95"],
      paint: { "line-color": palette.selection, "line-width": 1.6, "line-dasharray": [3, 2] },
    },
    {
      id: "incidents", type: "symbol", source: "incidents",
      layout: {
        "icon-image": ["get", "icon"], "icon-allow-overlap": true,
        "icon-size": ["interpolate", ["linear"], ["zoom"], 5, 0.35, 9, 0.5],
      },
    },
  ];
}

/** A style without glyph addresses: labels are drawn from the system's own fonts. */
export function mapStyle(dark: boolean, language: Language): StyleSpecification {
  const palette = paletteOf(dark);
  const source = { type: "geojson" as const, data: EMPTY, tolerance: 0.2 };
  return {
    version: 8,
    sources: Object.fromEntries(DATA_SOURCES.map((name) => [name, { ...source }])),
    layers: [...base(palette), ...density(palette), ...zones(palette), ...labels(palette, language), ...incidents(palette)],
  };
}
