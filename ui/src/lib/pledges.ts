// A guarantor's pledges in three numbers: what it owes, what is late, what is still missing.
import type { Obligation, Pledge } from "../api";

const RUNNING = ["due", "overdue", "decided", "partly-performed"];
/** Whether an obligation's clock still runs. */
export const isRunning = ({ standing }: Pick<Obligation, "standing">) => RUNNING.includes(standing);

export function summaryOf(pledges: Pledge[]) {
  const obligations = pledges.flatMap((pledge) => pledge.obligations);
  return {
    owed: obligations.filter(isRunning).length,
    overdue: obligations.filter(({ standing }) => standing === "overdue").length,
    open: pledges.flatMap(({ conditions }) => conditions).filter(({ holds }) => holds !== "yes").length,
  };
}
