/** The language of the console, and catalogues of words in both. */
import { preference } from "@heza/widget/storage";
import { fill } from "@heza/widget/texts";
import en from "./texts/en.json";
import vi from "./texts/vi.json";
import type { Lang } from "./types";

export { fill };

let current: Lang = preference.get<Lang>("staff.lang") ?? (navigator.language.startsWith("en") ? "en" : "vi");

/** The language of the console. A caller's language is a matter of the page. */
export const lang = (): Lang => current;

/** Change it; who shows texts has to show them anew. */
export function setLang(wanted: Lang): void {
  current = wanted;
  preference.set("staff.lang", wanted);
}

/**
 * Make a catalogue: a function that returns the words in the language of the console.
 *
 * Each page has one of its own, `texts/<page>/{vi,en}.json`; a test holds their keys together.
 */
export function catalogue<T>(words: Record<Lang, T>): () => T {
  return () => words[current];
}

/** The words that all pages share. */
export const common = catalogue({ vi, en });
