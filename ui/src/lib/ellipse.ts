// The 95 % ellipse of a place belief, as core/kernel computes it, for showing its size.
import type { PlaceBelief } from "../api";

/** Chi-square quantile of two degrees of freedom at 95 %. */
const SCALE_95 = -2 * Math.log(0.05);

export function ellipse95({ ee_m2, en_m2, nn_m2 }: PlaceBelief) {
  const middle = (ee_m2 + nn_m2) / 2;
  const difference = (ee_m2 - nn_m2) / 2;
  const spread = Math.hypot(difference, en_m2);
  const azimuth_deg = ((Math.atan2(en_m2, -difference) / 2) * 180) / Math.PI;
  return {
    semi_major_m: Math.sqrt(SCALE_95 * (middle + spread)),
    semi_minor_m: Math.sqrt(SCALE_95 * Math.max(0, middle - spread)),
    azimuth_deg: (azimuth_deg + 180) % 180,
  };
}
