// A guarantor's pledges in three numbers: what it owes, what is late, what is still missing.
import type { Pledge } from "../api";

export function summaryOf(pledges: Pledge[]) {
  const obligations = pledges.flatMap((pledge) => pledge.obligations);
  return {
    owed: obligations.filter(({ standing }) => ["due", "overdue", "decided", "partly-performed"].includes(standing)).length,
    overdue: obligations.filter(({ standing }) => standing === "overdue").length,
    open: pledges.flatMap(({ conditions }) => conditions).filter(({ holds }) => holds !== "yes").length,
  };
}
