// Every language has every word, with the same gaps to fill.
import { describe, expect, test } from "vitest";
import { CLASSES } from "../src/api";
import { counted, DICTIONARIES, LANGUAGES, phrase, wordFor } from "../src/i18n/words";

const gaps = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

describe.each(LANGUAGES)("%s", (language) => {
  const own: Record<string, string> = DICTIONARIES[language];
  test("has exactly the English keys", () => {
    expect(Object.keys(own).sort()).toEqual(Object.keys(DICTIONARIES.en).sort());
  });
  test("leaves no word empty and fills the same gaps", () => {
    for (const [key, english] of Object.entries(DICTIONARIES.en)) {
      expect(own[key]?.trim(), key).toBeTruthy();
      expect(gaps(own[key] ?? ""), key).toEqual(gaps(english));
    }
  });
  test("names every class", () => {
    for (const name of CLASSES) expect(wordFor(language, "class", name)).not.toBe(name);
  });
});

test("Ukrainian and French are not English left standing", () => {
  const same = (language: "uk" | "fr") =>
    Object.entries(DICTIONARIES.en).filter(([key, text]) => text === (DICTIONARIES[language] as Record<string, string>)[key] && /[a-z]{4}/.test(text));
  expect(same("uk").map(([key]) => key)).toEqual(["app.name", "incident.class-sentence"]);
  expect(same("fr").length).toBeLessThan(30);
});

test("Ukrainian counts take their own forms", () => {
  expect(counted("uk", "list.allegations", 1)).toBe("1 твердження");
  expect(counted("uk", "list.allegations", 5)).toBe("5 тверджень");
  expect(counted("uk", "case.box.open", 2)).toContain("обов’язкові умови");
});

test("an unknown value is shown as it is, never hidden", () => {
  expect(wordFor("en", "stage", "second-reading")).toBe("second reading");
  expect(phrase("en", "count.seen", {})).toBe("{n} seen");
});

test("likelihood and degree of proof never share a sentence", () => {
  for (const language of LANGUAGES) {
    const words = DICTIONARIES[language];
    expect(gaps(words["finding.likelihood"])).toEqual(["word"]);
    expect(gaps(words["finding.proof"])).toEqual(["degree"]);
  }
});
