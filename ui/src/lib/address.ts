// The app's whole state as a query string, so that every view can be linked, and read back.

export const VIEWS = ["picture", "docket", "case", "pledges", "board", "watch"] as const;
export type View = (typeof VIEWS)[number];

export interface Filter {
  from: string;
  to: string;
  classes: string[];
  q: string;
  bbox: string;
  withCase: boolean;
  corroborated: boolean;
}
export const NO_FILTER: Filter = {
  from: "", to: "", classes: [], q: "", bbox: "", withCase: false, corroborated: false,
};

export const viewOf = (query: URLSearchParams): View => {
  const word = query.get("v");
  return VIEWS.find((view) => view === word) ?? "picture";
};

const isTime = (word: string) => word !== "" && !Number.isNaN(Date.parse(word));

export function filterOf(query: URLSearchParams): Filter {
  const time = (name: string) => (isTime(query.get(name) ?? "") ? (query.get(name) ?? "") : "");
  return {
    from: time("from"),
    to: time("to"),
    classes: (query.get("class") ?? "").split(",").filter(Boolean),
    q: query.get("q") ?? "",
    bbox: query.get("bbox") ?? "",
    withCase: query.get("cased") === "1",
    corroborated: query.get("filled") === "1",
  };
}

/** The changes to the query that put a filter in force; empty values fall away. */
export function filterChanges(filter: Partial<Filter>): Record<string, string> {
  const changes: Record<string, string> = {};
  if (filter.from !== undefined) changes.from = filter.from;
  if (filter.to !== undefined) changes.to = filter.to;
  if (filter.classes !== undefined) changes.class = filter.classes.join(",");
  if (filter.q !== undefined) changes.q = filter.q;
  if (filter.bbox !== undefined) changes.bbox = filter.bbox;
  if (filter.withCase !== undefined) changes.cased = filter.withCase ? "1" : "";
  if (filter.corroborated !== undefined) changes.filled = filter.corroborated ? "1" : "";
  return changes;
}

/** A query with changes made: an empty value removes its name. */
export function changed(query: URLSearchParams, changes: Record<string, string>): URLSearchParams {
  const next = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes))
    if (value === "") next.delete(name);
    else next.set(name, value);
  return next;
}

/** Names of the filters in force, for the badge. */
export function inForce(filter: Filter): string[] {
  const marks: [string, boolean][] = [
    ["window", Boolean(filter.from || filter.to)],
    ["class", filter.classes.length > 0],
    ["search", filter.q !== ""],
    ["in-view", filter.bbox !== ""],
    ["with-case", filter.withCase],
    ["corroborated", filter.corroborated],
  ];
  return marks.filter(([, on]) => on).map(([name]) => name);
}

const TARGETS: [RegExp, (id: string) => Record<string, string>][] = [
  [/INC-[0-9A-Z]{16}/, (id) => ({ v: "picture", inc: id, id: "" })],
  [/CASE-[0-9A-Z]{16}/, (id) => ({ v: "case", id })],
  [/OBL-[0-9A-Z]{16}/, (id) => ({ v: "pledges", id })],
];

/** Where an id leads, wherever in a link or a typed text it stands; null when it names nothing here. */
export function placeOf(text: string): Record<string, string> | null {
  for (const [pattern, changes] of TARGETS) {
    const id = pattern.exec(text.toUpperCase())?.[0];
    if (id) return changes(id);
  }
  return null;
}
