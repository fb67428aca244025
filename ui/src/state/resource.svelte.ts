// One question to the house that follows what it depends on: asked anew on change, the last one wins.
import { ask, isAbort } from "../client";
import { estate } from "./house.svelte";

type Query = Record<string, string | number | undefined | null>;
export type Question = { path: string; query?: Query } | null;

export class Resource<T> {
  value = $state.raw<T | null>(null);
  failure = $state("");
  loading = $state(false);
  #path = "";

  /** `question` is read inside an effect, so create this while a component is set up. */
  constructor(question: () => Question) {
    $effect(() => {
      const asked = question();
      void estate.growth;
      if (!asked) {
        this.value = null;
        return;
      }
      if (asked.path !== this.#path) this.value = null;
      this.#path = asked.path;
      const stop = new AbortController();
      void this.#load(asked.path, asked.query ?? {}, stop.signal);
      return () => stop.abort();
    });
  }

  async #load(path: string, query: Query, signal: AbortSignal): Promise<void> {
    this.loading = true;
    try {
      this.value = await ask<T>(path, query, signal);
      this.failure = "";
      this.loading = false;
    } catch (error) {
      if (isAbort(error)) return;
      this.failure = error instanceof Error ? error.message : String(error);
      this.loading = false;
    }
  }
}
