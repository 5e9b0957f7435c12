/** The words of the widget; `vi.json` and `en.json` have the same keys (a test holds them to it). */
import en from "./texts/en.json";
import vi from "./texts/vi.json";
import type { Lang } from "./types";

export type Texts = typeof vi;

export const TEXTS: Record<Lang, Texts> = { vi, en };

/** Fill the `{names}` of a text in. */
export function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
