// Shape says the class, fill says corroboration; Okabe-Ito colours, told apart without colour too.
import type { IncidentClass, IncidentItem } from "../api";

/** Paths in a 16 by 16 box. */
export const SYMBOLS: Record<IncidentClass, { path: string; color: string }> = {
  explosion: { path: "M8 2a6 6 0 1 0 .01 0z", color: "#d55e00" },
  "air-strike": { path: "M1.5 3h13L8 14.2z", color: "#0072b2" },
  "uav-strike": { path: "M8 1.2 14.8 8 8 14.8 1.2 8z", color: "#cc79a7" },
  "artillery-fire": { path: "M8 1.8 14.5 13h-13z", color: "#e69f00" },
  "small-arms-fire": { path: "M8 1.6 14.4 6.3 12 13.8H4L1.6 6.3z", color: "#009e73" },
  "weapons-presence": { path: "M2.8 2.8h10.4v10.4H2.8z", color: "#56b4e9" },
  overflight: { path: "M4.8 2.4h6.4L14.4 8l-3.2 5.6H4.8L1.6 8z", color: "#56b4e9" },
  "access-denial": { path: "M1.5 5.2h13v5.6h-13z", color: "#999999" },
  interference: { path: "M8 .8 9.9 6.1 15.2 8 9.9 9.9 8 15.2 6.1 9.9.8 8 6.1 6.1z", color: "#cc79a7" },
  "abnormal-fire": { path: "M8 1c3.2 3.7 5 5.8 5 8.6a5 5 0 0 1-10 0C3 6.8 4.8 4.7 8 1z", color: "#d55e00" },
  "ordinary-fire": { path: "M1.8 11.500a6.2 6.2 0 0 1 12.4 0z", color: "#999999" },
  other: { path: "M6.2 2h3.600v4.200H14v3.600H9.800V14H6.200V9.800H2V6.200h4.200z", color: "#999999" },
  outage: { path: "M8 1.6a6.4 6.4 0 1 0 .01 0zM4 7.200h8v1.600H4z", color: "#999999" },
};
export const symbolOf = (name: string) => SYMBOLS[name as IncidentClass] ?? SYMBOLS.other;

/** Filled: seen by two or more independence groups, or reviewed by an analyst. */
export const isFilled = (item: Pick<IncidentItem, "groups" | "product">) =>
  item.groups >= 2 || item.product === "reviewed";
