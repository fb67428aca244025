// MapLibre behind a small face: give it incidents, a selection and a camera; it tells of clicks and moves.
import { AttributionControl, GeoJSONSource, Map, Marker, ScaleControl, setWorkerUrl } from "maplibre-gl";
import "maplibre-gl/dist/maplibre-gl.css";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import type { IncidentItem, IncidentView } from "../api";
import type { Language } from "../i18n/words";
import { hexagons, MANY_POINTS, NEAR_ZOOM, sizeAt } from "../lib/hexbin";
import { isFilled } from "../lib/symbols";
import { eachIcon, iconName } from "./icons";
import { EMPTY, mapStyle } from "./mapstyle";
import { shapesOf } from "./shapes";
import type { BaseMap } from "./basemap";

setWorkerUrl(workerUrl);

export type Camera = { lon: number; lat: number; zoom: number };
export type Bounds = [number, number, number, number];
export interface Handlers {
  select: (id: string) => void;
  moved: (camera: Camera, bounds: Bounds) => void;
}
export interface Look {
  dark: boolean;
  language: Language;
  credit: string;
  camera: Camera | null;
}

export class WebMap {
  #map: Map;
  #items: IncidentItem[] = [];
  #marker: Marker | null = null;
  #hexed = "";
  /** Data given before the style stood: the last word for each source. */
  #waiting = new globalThis.Map<string, GeoJSON.GeoJSON>();

  /** Throws where WebGL is missing: the caller falls back to the simple map. */
  constructor(container: HTMLElement, look: Look, handlers: Handlers) {
    const { camera } = look;
    this.#map = new Map({
      container,
      style: mapStyle(look.dark, look.language),
      center: camera ? [camera.lon, camera.lat] : [36, 48],
      zoom: camera?.zoom ?? 5.6,
      minZoom: 1,
      maxZoom: 14,
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      fadeDuration: 0,
    });
    this.#map.touchZoomRotate.disableRotation();
    this.#map.addControl(new AttributionControl({ compact: false, customAttribution: look.credit }));
    this.#map.addControl(new ScaleControl(), "bottom-left");
    this.#map.once("style.load", () => {
      eachIcon(look.dark, (name, image) => this.#map.addImage(name, image));
      for (const [source, data] of this.#waiting) this.#set(source, data);
      this.#waiting.clear();
    });
    this.#listen(handlers);
  }

  #listen({ select, moved }: Handlers): void {
    const map = this.#map;
    map.on("click", "incidents", ({ features }) => {
      const id = features?.[0]?.properties.id;
      if (id) select(id);
    });
    map.on("click", "hexagons", ({ lngLat }) => map.easeTo({ center: lngLat, zoom: NEAR_ZOOM }));
    for (const layer of ["incidents", "hexagons"]) {
      map.on("mouseenter", layer, () => (map.getCanvas().style.cursor = "pointer"));
      map.on("mouseleave", layer, () => (map.getCanvas().style.cursor = ""));
    }
    map.on("moveend", () => {
      this.#drawIncidents();
      const { lng: lon, lat } = map.getCenter();
      moved({ lon, lat, zoom: map.getZoom() }, map.getBounds().toArray().flat() as Bounds);
    });
  }

  #set(source: string, data: GeoJSON.GeoJSON): void {
    const known = this.#map.getSource(source) as GeoJSONSource | undefined;
    if (known) known.setData(data);
    else this.#waiting.set(source, data);
  }

  setBase({ region, world, places, zones }: BaseMap): void {
    const [west, south, east, north] = region.frame;
    const ring = [[west, south], [east, south], [east, north], [west, north], [west, south]];
    this.#set("frame", { type: "Polygon", coordinates: [ring] });
    this.#set("land", region.land);
    this.#set("borders", region.borders);
    this.#set("world", world.land);
    this.#set("world-borders", world.borders);
    this.#set("places", places);
    this.#set("zones", zones);
  }

  setIncidents(items: IncidentItem[]): void {
    this.#items = items;
    this.#hexed = "";
    this.#drawIncidents();
  }

  #drawIncidents(): void {
    const zoom = this.#map.getZoom();
    const many = this.#items.length > MANY_POINTS && zoom < NEAR_ZOOM;
    const key = many ? String(Math.floor(zoom)) : "points";
    if (key === this.#hexed) return;
    this.#hexed = key;
    this.#set("hexagons", many ? hexagons(this.#items, sizeAt(zoom)) : EMPTY);
    this.#set("incidents", many ? EMPTY : pointsOf(this.#items));
  }

  /** Draws the selected incident with its ellipses and members; the ring is in the page, for all to find. */
  setSelection(item: { id: string; lon: number; lat: number } | null, view: IncidentView | null, label: string): void {
    this.#set("shapes", view ? shapesOf(view) : EMPTY);
    if (!item || this.#marker?.getElement().dataset.incident !== item.id) {
      this.#marker?.remove();
      this.#marker = item && new Marker({ element: ringFor(item.id) });
    }
    if (!item || !this.#marker) return;
    this.#marker.setLngLat([item.lon, item.lat]).addTo(this.#map);
    const ring = this.#marker.getElement();
    // MapLibre makes every marker focusable, like a button; this one only shows.
    ring.removeAttribute("tabindex");
    ring.setAttribute("role", "img");
    ring.setAttribute("aria-label", label);
  }

  /** Brings a place into view without needless jumps. */
  show(lon: number, lat: number): void {
    const inView = this.#map.getBounds().contains([lon, lat]);
    const near = this.#map.getZoom() >= NEAR_ZOOM;
    if (!inView || !near) this.#map.easeTo({ center: [lon, lat], zoom: Math.max(NEAR_ZOOM + 1, this.#map.getZoom()), duration: 400 });
  }
  fit([west, south, east, north]: Bounds): void {
    this.#map.fitBounds([west, south, east, north], { padding: 24, duration: 0, maxZoom: 10 });
  }
  zoomBy(step: number): void {
    this.#map.easeTo({ zoom: this.#map.getZoom() + step, duration: 200 });
  }
  destroy(): void {
    this.#map.remove();
  }
}

function ringFor(id: string): HTMLElement {
  const ring = document.createElement("div");
  ring.className = "selected-ring";
  ring.dataset.incident = id;
  return ring;
}

function pointsOf(items: IncidentItem[]): GeoJSON.FeatureCollection {
  const features = items.map((item): GeoJSON.Feature => ({
    type: "Feature",
    properties: { id: item.id, icon: iconName(item.class, isFilled(item)) },
    geometry: { type: "Point", coordinates: [item.lon, item.lat] },
  }));
  return { type: "FeatureCollection", features };
}
