// The address bar as the app's state: read by everyone, changed only through `go`.
import { changed, filterChanges, filterOf, viewOf, type Filter } from "../lib/address";

let search = $state(location.search);
addEventListener("popstate", () => (search = location.search));

const query = $derived(new URLSearchParams(search));
const view = $derived(viewOf(query));
const filter = $derived(filterOf(query));

export const url = {
  get view() {
    return view;
  },
  get filter() {
    return filter;
  },
  get query() {
    return query;
  },
  get incident() {
    return query.get("inc") ?? "";
  },
  get id() {
    return query.get("id") ?? "";
  },
};

/** The address with changes made, for links. */
export const hrefOf = (changes: Record<string, string>) => `?${changed(query, changes)}`;

/** Changes the address; `quiet` replaces the entry in the history (typing, panning). */
export function go(changes: Record<string, string>, quiet = false): void {
  const next = `?${changed(new URLSearchParams(location.search), changes)}`;
  if (next === location.search) return;
  history[quiet ? "replaceState" : "pushState"](null, "", next);
  search = location.search;
}
export const setFilter = (changes: Partial<Filter>, quiet = false) => go(filterChanges(changes), quiet);
