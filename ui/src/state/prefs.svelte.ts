// Language and theme: from the address, else as last chosen, else as the system has it.
import { LANGUAGES, type Language } from "../i18n/words";
import { go, url } from "./url.svelte";

export const THEMES = ["auto", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const kept = (name: string) => {
  try {
    return localStorage.getItem(name);
  } catch {
    return null; // storage may be refused; the address still carries the choice
  }
};
function keep(name: string, value: string) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // as above
  }
}

const darkQuery = matchMedia("(prefers-color-scheme: dark)");
let systemDark = $state(darkQuery.matches);
darkQuery.addEventListener("change", ({ matches }) => (systemDark = matches));

const language = $derived.by((): Language => {
  const wishes = [url.query.get("lang"), kept("lang"), ...navigator.languages.map((tag) => tag.slice(0, 2))];
  return wishes.find((wish): wish is Language => LANGUAGES.includes(wish as Language)) ?? "en";
});
const theme = $derived.by((): Theme => {
  const wishes = [url.query.get("theme"), kept("theme")];
  return wishes.find((wish): wish is Theme => THEMES.includes(wish as Theme)) ?? "auto";
});
const dark = $derived(theme === "dark" || (theme === "auto" && systemDark));

export const prefs = {
  get language() {
    return language;
  },
  get theme() {
    return theme;
  },
  get dark() {
    return dark;
  },
};

export function setLanguage(next: Language): void {
  keep("lang", next);
  go({ lang: next }, true);
}
export function setTheme(next: Theme): void {
  keep("theme", next);
  go({ theme: next }, true);
}
const after = <T>(all: readonly T[], one: T) => all[(all.indexOf(one) + 1) % all.length];
export const nextLanguage = () => setLanguage(after(LANGUAGES, prefs.language));
export const nextTheme = () => setTheme(after(THEMES, prefs.theme));
