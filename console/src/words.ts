/** Words for what the API names by keys: languages, topics, outcomes, states of dossiers. */
import { catalogue } from "./language";
import en from "./texts/words/en.json";
import vi from "./texts/words/vi.json";

const words = catalogue({ vi, en });

type Kind = keyof typeof vi;

/** Return the word for a key; one that this version does not know stands for itself. */
export function word(kind: Kind, key: string): string {
  return (words()[kind] as Record<string, string>)[key] ?? key;
}

/** Return all keys of a kind with their words, to choose from. */
export function choices(kind: Kind): [string, string][] {
  return Object.entries(words()[kind]);
}
