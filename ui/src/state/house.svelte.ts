// The house as a whole, and the stream that tells when its record has grown.
import type { House } from "../api";
import { ask } from "../client";

/** Longer silence than this on an open stream is shown loudly. */
const STALE_MS = 45_000;
const TICK_MS = 1_000;

type Link = "connecting" | "live" | "lost";
let house = $state<House | null>(null);
let failure = $state("");
let link = $state<Link>("connecting");
let lastWord = $state(Date.now());
let now = $state(Date.now());
/** Counts up when the record has grown, so that views ask again. */
let growth = $state(0);

export const estate = {
  get house() {
    return house;
  },
  get failure() {
    return failure;
  },
  get link() {
    return link;
  },
  get growth() {
    return growth;
  },
  get now() {
    return now;
  },
  /** Milliseconds since the stream's last word. */
  get silence() {
    return now - lastWord;
  },
  get stale() {
    return link === "live" && now - lastWord > STALE_MS;
  },
};

export async function loadHouse(): Promise<void> {
  try {
    house = await ask<House>("/house");
    failure = "";
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error);
  }
}

function heard(event: MessageEvent<string>): void {
  link = "live";
  lastWord = Date.now();
  const size = readSize(event.data);
  if (!house || size === null || size === house.record.size) return;
  growth += 1;
  void loadHouse();
}

function readSize(data: string): number | null {
  try {
    const size = JSON.parse(data)?.size;
    return typeof size === "number" ? size : null;
  } catch {
    return null; // a keep-alive in words is a sign of life too
  }
}

/** Loads the house and follows its stream until the page goes. */
export function openHouse(): () => void {
  void loadHouse();
  const stream = new EventSource("/api/v1/stream");
  stream.onmessage = heard;
  for (const name of ["record", "size", "entry", "ping"]) stream.addEventListener(name, heard);
  stream.onopen = () => {
    link = "live";
    lastWord = Date.now();
  };
  stream.onerror = () => (link = "lost");
  const clock = setInterval(() => (now = Date.now()), TICK_MS);
  return () => {
    stream.close();
    clearInterval(clock);
  };
}

/** A party's name in the language chosen is looked up by its id; ids of offices lead with it. */
export const partyOf = (id: string) =>
  house?.parties.find((party) => party.id.toLowerCase() === id.toLowerCase());
