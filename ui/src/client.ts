// Asks the house. One place for the prefix, refusals and cancellation.
const PREFIX = "/api/v1";

export class HouseError extends Error {}

type Query = Record<string, string | number | undefined | null>;

/** Gets one answer as JSON. Throws HouseError with the house's own sentence when it refuses. */
export async function ask<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  const words = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const search = new URLSearchParams(words.map(([name, value]) => [name, String(value)]));
  const address = `${PREFIX}${path}${search.size ? `?${search}` : ""}`;
  const response = await fetch(address, { signal, headers: { accept: "application/json" } });
  if (response.ok) return (await response.json()) as T;
  const refusal = await response.json().catch(() => null);
  throw new HouseError(refusal?.sentence ?? `${response.status} ${response.statusText}`);
}
export const isAbort = (error: unknown) => error instanceof DOMException && error.name === "AbortError";
