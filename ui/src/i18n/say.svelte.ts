// The words and numbers of the language chosen; reading them makes a component follow the choice.
import type { Names } from "../api";
import { prefs } from "../state/prefs.svelte";
import * as format from "../lib/format";
import { counted, LOCALES, phrase, wordFor, type Key } from "./words";

const locale = () => LOCALES[prefs.language];

export const t = (key: Key, values?: Record<string, string | number>) => phrase(prefs.language, key, values);
export const plural = (stem: string, n: number) => counted(prefs.language, stem, n);
export const word = (list: string, value: string | null | undefined) => wordFor(prefs.language, list, value);
export const named = (names: Names | undefined, otherwise: string) => names?.[prefs.language] || names?.en || otherwise;
export const number = (value: number) => value.toLocaleString(locale());
export const percent = (share: number) => format.percent(share, locale());
export const length = (metres: number) => format.length(metres, locale());
export const utc = (time: string) => format.utc(time, locale());
export const utcShort = (time: string) => format.utcShort(time, locale());
export const interval = (start: string, end: string) => format.interval(start, end, locale());
export const kyiv = (time: string) => format.local(time, locale());
export const span = (milliseconds: number) => format.span(milliseconds, locale());
export const list = (words: string[]) => new Intl.ListFormat(locale()).format(words);
