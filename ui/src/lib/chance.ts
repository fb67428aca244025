// Chances of noticing as five steps of one colour, from blind to nearly certain.

export const STEPS = [0.05, 0.25, 0.5, 0.75, 0.9] as const;

/** How many of the steps a chance has reached: 0 is blind. */
export const stepOf = (chance: number) => STEPS.filter((step) => chance >= step).length;

/** The mean over cells, and the share of cells below the first step. */
export function meanAndBlind(chances: readonly number[]): { mean: number; blind: number } {
  if (!chances.length) return { mean: 0, blind: 0 };
  const sum = chances.reduce((total, chance) => total + chance, 0);
  const blind = chances.filter((chance) => stepOf(chance) === 0).length;
  return { mean: sum / chances.length, blind: blind / chances.length };
}
