// The time axis as uPlot options: bars for incidents, a line for allegations, dashes for the chance of noticing.
import uPlot from "uplot";

export interface ChartLook {
  width: number;
  height: number;
  dark: boolean;
  locale: string;
  words: { incidents: string; filtered: string; allegations: string; noticed: string };
  /** The shared window, seconds since 1970. */
  chosen: [number, number] | null;
  brush: (from_s: number, to_s: number) => void;
}

const LIGHT = { ink: "#4b5a68", rule: "#e3e7eb", incidents: "#a9b6c1", filtered: "#0b5a94", allegations: "#d55e00", noticed: "#0072b2" };
const DARK = { ink: "#a4b1bd", rule: "#24303a", incidents: "#4b5966", filtered: "#7fbdeb", allegations: "#ff9d5c", noticed: "#7fbdeb" };
const DAY_S = 86_400;

/** Ticks as day and month, and as hours where days are far apart; always UTC. */
function ticks(locale: string) {
  const day = new Intl.DateTimeFormat(locale, { timeZone: "UTC", day: "numeric", month: "short" });
  const hour = new Intl.DateTimeFormat(locale, { timeZone: "UTC", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  return (_: uPlot, splits: number[]) =>
    splits.map((time_s) => (time_s % DAY_S === 0 ? day : hour).format(time_s * 1_000));
}

function markChosen(chart: uPlot, chosen: [number, number] | null): void {
  if (!chosen) return;
  const [left, right] = chosen.map((time_s) => chart.valToPos(time_s, "x")) as [number, number];
  const edge = chart.over.clientWidth;
  const start = Math.max(0, Math.min(edge, left));
  const width = Math.max(2, Math.min(edge, right) - start);
  chart.setSelect({ left: start, width, top: 0, height: chart.over.clientHeight }, false);
}

export function chartOptions(look: ChartLook): uPlot.Options {
  const color = look.dark ? DARK : LIGHT;
  const axis = { stroke: color.ink, grid: { stroke: color.rule, width: 1 }, ticks: { stroke: color.rule, width: 1 }, font: "11px system-ui, sans-serif" };
  const bars = uPlot.paths.bars?.({ size: [0.9, 40], align: 1 });
  return {
    width: look.width,
    height: look.height,
    tzDate: (time_s) => uPlot.tzDate(new Date(time_s * 1_000), "Etc/UTC"),
    legend: { show: false },
    cursor: { drag: { x: true, y: false, setScale: false }, points: { show: false } },
    scales: { x: { time: true }, share: { range: [0, 100] }, y: { range: (_, __, most) => [0, Math.max(4, most * 1.1)] } },
    axes: [
      { ...axis, values: ticks(look.locale) },
      { ...axis, size: 42, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000] },
      { ...axis, scale: "share", side: 1, size: 48, grid: { show: false }, splits: [0, 50, 100], values: (_, splits) => splits.map((share) => (share / 100).toLocaleString(look.locale, { style: "percent" })) },
    ],
    series: [
      {},
      { label: look.words.incidents, fill: color.incidents, stroke: color.incidents, width: 0, paths: bars, points: { show: false } },
      { label: look.words.filtered, fill: color.filtered, stroke: color.filtered, width: 0, paths: bars, points: { show: false } },
      { label: look.words.allegations, stroke: color.allegations, width: 2, points: { show: false } },
      { label: look.words.noticed, scale: "share", stroke: color.noticed, width: 1.5, dash: [5, 4], points: { show: false } },
    ],
    hooks: {
      ready: [(chart) => markChosen(chart, look.chosen)],
      setSelect: [
        (chart) => {
          const { left, width } = chart.select;
          if (width > 3) look.brush(chart.posToVal(left, "x"), chart.posToVal(left + width, "x"));
        },
      ],
    },
  };
}
