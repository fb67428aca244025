// Numbers, lengths and times as people read them: UTC first, Kyiv beside it, all through Intl.

const ZONES = ["Europe/Kyiv", "Europe/Kiev"];
/** Older systems know the zone only by its former name. */
const LOCAL_ZONE = ZONES.find((timeZone) => {
  try {
    return Boolean(new Intl.DateTimeFormat("en", { timeZone }));
  } catch {
    return false;
  }
}) ?? "UTC";

const formats = new Map<string, Intl.DateTimeFormat>();
function clock(locale: string, timeZone: string, options: Intl.DateTimeFormatOptions) {
  const key = `${locale} ${timeZone} ${JSON.stringify(options)}`;
  const known = formats.get(key) ?? new Intl.DateTimeFormat(locale, { ...options, timeZone });
  formats.set(key, known);
  return known;
}
const DAY: Intl.DateTimeFormatOptions = { day: "2-digit", month: "short" };
const HOUR: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

const read = (time: string) => {
  const moment = new Date(time);
  return Number.isNaN(moment.getTime()) ? null : moment;
};

/** "22 Nov 2026, 05:12 UTC" */
export function utc(time: string, locale: string): string {
  const moment = read(time);
  return moment ? `${clock(locale, "UTC", { ...DAY, year: "numeric", ...HOUR }).format(moment)} UTC` : time;
}
/** "22 Nov, 05:12" in UTC, for dense rows. */
export function utcShort(time: string, locale: string): string {
  const moment = read(time);
  return moment ? clock(locale, "UTC", { ...DAY, ...HOUR }).format(moment) : time;
}
/** "07:12", in Kyiv. */
export function local(time: string, locale: string): string {
  const moment = read(time);
  return moment ? clock(locale, LOCAL_ZONE, HOUR).format(moment) : time;
}
/** "22 Nov, 05:12–05:40" in UTC; both days when they differ. */
export function interval(start: string, end: string, locale: string): string {
  if (start === end) return utcShort(start, locale);
  const sameDay = start.slice(0, 10) === end.slice(0, 10);
  const [from, to] = [read(start), read(end)];
  if (!from || !to) return `${start}–${end}`;
  const last = sameDay ? clock(locale, "UTC", HOUR).format(to) : utcShort(end, locale);
  return `${utcShort(start, locale)}–${last}`;
}

/** Whole percent, but never 0 % or 100 % for what is not. */
export function percent(share: number, locale: string): string {
  const near = (share > 0 && share < 0.01) || (share > 0.99 && share < 1);
  const digits = near ? (share < 0.0005 || share > 0.9995 ? 2 : 1) : 0;
  return share.toLocaleString(locale, { style: "percent", maximumFractionDigits: digits });
}

export function length(metres: number, locale: string): string {
  const far = metres >= 1_000;
  return (far ? metres / 1_000 : metres).toLocaleString(locale, {
    style: "unit",
    unit: far ? "kilometer" : "meter",
    maximumFractionDigits: far ? 1 : 0,
  });
}

const UNITS: [Intl.NumberFormatOptions["unit"], number][] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
];
/** A span in its two largest units: "2 days 5 hr", "14 min". */
export function span(milliseconds: number, locale: string): string {
  let rest = Math.abs(milliseconds);
  const parts: string[] = [];
  for (const [unit, size] of UNITS) {
    const count = Math.floor(rest / size);
    if ((count || parts.length) && parts.length < 2) {
      if (count) parts.push(count.toLocaleString(locale, { style: "unit", unit, unitDisplay: "short" }));
      else break;
    }
    rest %= size;
  }
  const less = () => `< ${(1).toLocaleString(locale, { style: "unit", unit: "minute", unitDisplay: "short" })}`;
  return parts.join(" ") || less();
}

/** A duration as the house writes it (`1h30m`, `72h`, `14d`) in milliseconds; NaN when it is none. */
export function durationMs(text: string): number {
  const sizes: Record<string, number> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000 };
  const parts = [...text.matchAll(/([\d.]+)([dhms])/g)];
  if (parts.map(([part]) => part).join("") !== text || !text) return Number.NaN;
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (sizes[unit ?? "s"] ?? 0), 0);
}
