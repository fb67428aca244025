// Whether a decision may be taken: never while one required condition is open, never when none is known.
import type { BoxLine } from "../api";

export type Readiness = "ready" | "open" | "empty";

export function readiness(lines: BoxLine[]): { state: Readiness; open: number } {
  const open = lines.filter(({ required, holds }) => required && holds !== "yes").length;
  if (open > 0) return { state: "open", open };
  return { state: lines.some(({ required }) => required) ? "ready" : "empty", open };
}
