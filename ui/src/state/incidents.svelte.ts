// The incidents that list, map and time axis share: one filter, loaded page by page.
import type { IncidentItem, IncidentPage } from "../api";
import { ask, isAbort } from "../client";
import { isFilled } from "../lib/symbols";
import type { Filter } from "../lib/address";
import { estate } from "./house.svelte";
import { url } from "./url.svelte";

const PAGE = 2_000;

export class Incidents {
  loaded = $state.raw<IncidentItem[]>([]);
  /** How many pass the filter, loaded or not. */
  matching = $state(0);
  cursor = $state<string | null>(null);
  failure = $state("");
  loading = $state(true);
  /** What passes the parts of the filter that the house does not know. */
  items = $derived.by(() => {
    const { withCase, corroborated } = url.filter;
    if (!withCase && !corroborated) return this.loaded;
    return this.loaded.filter((item) => (!withCase || item.case) && (!corroborated || isFilled(item)));
  });
  #stop = new AbortController();

  constructor() {
    const asked = $derived(JSON.stringify(questionOf(url.filter)));
    $effect(() => {
      void estate.growth;
      const query = JSON.parse(asked);
      const wait = setTimeout(() => void this.#load(query, null), 120);
      return () => clearTimeout(wait);
    });
  }

  more(): void {
    if (this.cursor) void this.#load(questionOf(url.filter), this.cursor);
  }

  async #load(query: Record<string, string>, cursor: string | null): Promise<void> {
    this.#stop.abort();
    this.#stop = new AbortController();
    this.loading = true;
    try {
      const page = await ask<IncidentPage>("/incidents", { ...query, limit: PAGE, cursor }, this.#stop.signal);
      this.loaded = cursor ? [...this.loaded, ...page.items] : page.items;
      this.matching = page.matching;
      this.cursor = page.cursor ?? null;
      this.failure = "";
      this.loading = false;
    } catch (error) {
      if (isAbort(error)) return;
      this.failure = error instanceof Error ? error.message : String(error);
      this.loading = false;
    }
  }
}

const questionOf = ({ from, to, classes, q, bbox }: Filter): Record<string, string> => ({
  from, to, class: classes.join(","), q, bbox,
});
