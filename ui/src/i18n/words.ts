// The three languages, and how a word is found and filled in.
import enLists from "./en/lists";
import enScreens from "./en/screens";
import frLists from "./fr/lists";
import frScreens from "./fr/screens";
import ukLists from "./uk/lists";
import ukScreens from "./uk/screens";

const en = { ...enScreens, ...enLists };
const uk = { ...ukScreens, ...ukLists };
const fr = { ...frScreens, ...frLists };

export const LANGUAGES = ["uk", "en", "fr"] as const;
export type Language = (typeof LANGUAGES)[number];
export type Key = keyof typeof en;
export type Dictionary = Record<Key, string>;
export const DICTIONARIES: Record<Language, Dictionary> = { en, uk, fr };
export const OWN_NAMES: Record<Language, string> = { uk: "Українська", en: "English", fr: "Français" };
/** British English for its 24-hour clock and day before month. */
export const LOCALES: Record<Language, string> = { uk: "uk-UA", en: "en-GB", fr: "fr-FR" };

type Values = Record<string, string | number>;

/** A phrase with its `{gaps}` filled. */
export function phrase(language: Language, key: Key, values: Values = {}): string {
  return DICTIONARIES[language][key].replace(/\{(\w+)\}/g, (gap, name) => String(values[name] ?? gap));
}

/** A phrase in the form that `n` takes in the language: keys end with .one, .few, .many, .other. */
export function counted(language: Language, stem: string, n: number): string {
  const form = new Intl.PluralRules(LOCALES[language]).select(n);
  return phrase(language, `${stem}.${form}` as Key, { n: n.toLocaleString(LOCALES[language]) });
}

/** The word for a value of the house's own lists; the value itself when it is not known here. */
export function wordFor(language: Language, list: string, value: string | null | undefined): string {
  return DICTIONARIES[language][`${list}.${value}` as Key] ?? (value ?? "").replaceAll("-", " ");
}
