// Every count has its denominator: how much of what happened the watch would have noticed.
import type { IncidentItem, TimelineBin } from "../api";

export interface Noticed {
  /** Chance of noticing, averaged over the time for which it was computed. */
  chance: number;
  /** Share of the window for which it was computed. */
  share: number;
}

/** The chance of noticing within a window; null when it was computed for none of it. */
export function noticed(bins: TimelineBin[], from: string, to: string): Noticed | null {
  const start = from ? Date.parse(from) : -Infinity;
  const end = to ? Date.parse(to) : Infinity;
  let [known, whole, sum] = [0, 0, 0];
  for (const bin of bins) {
    const overlap = Math.min(Date.parse(bin.end), end) - Math.max(Date.parse(bin.start), start);
    if (overlap <= 0) continue;
    whole += overlap;
    if (bin.chance_noticed === null) continue;
    known += overlap;
    sum += overlap * bin.chance_noticed;
  }
  return known > 0 ? { chance: sum / known, share: known / whole } : null;
}

/** How many incidents begin in each bin; bins are in order and touch. */
export function perBin(bins: TimelineBin[], items: Pick<IncidentItem, "when">[]): number[] {
  const counts = bins.map(() => 0);
  const starts = bins.map(({ start }) => Date.parse(start));
  for (const { when } of items) {
    const time = Date.parse(when.start);
    const at = starts.findLastIndex((start) => start <= time);
    if (at >= 0) counts[at] = (counts[at] ?? 0) + 1;
  }
  return counts;
}

/** The ICD 203 word for a chance, as core/kernel has it. */
export function likelihoodWord(chance: number): string {
  if (chance < 0.05) return "almost-no-chance";
  if (chance < 0.2) return "very-unlikely";
  if (chance < 0.45) return "unlikely";
  if (chance <= 0.55) return "roughly-even-chance";
  if (chance <= 0.8) return "likely";
  return chance <= 0.95 ? "very-likely" : "almost-certain";
}
