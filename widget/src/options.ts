/** What the page that embeds the widget may set: `data-…` on the script tag or on the element itself. */
import { usableAccent } from "./theme";
import type { Lang } from "./types";

export interface Options {
  /** Language of the start; `auto` follows the page. */
  lang: Lang;
  theme: "auto" | "light" | "dark";
  position: "right" | "left";
  /** `page` fills the window and has no launcher (iframe page). */
  mode: "launcher" | "page";
  /** Where the portal of the assistant is. */
  origin: string;
  accent: string | null;
  hotline: string | null;
  hours: string | null;
}

/** The `data-` attributes of script and element, one for each option. */
export const NAMES = ["lang", "theme", "position", "mode", "origin", "accent", "hotline", "hours"] as const;

/**
 * Read the options; what is missing or makes no sense gets its default.
 *
 * @param get returns the value of an option as written
 * @param scriptOrigin where the script came from
 */
export function readOptions(get: (name: string) => string | null | undefined, scriptOrigin: string): Options {
  const one = <T extends string>(name: string, allowed: readonly T[]): T =>
    allowed.find((value) => value === get(name)) ?? (allowed[0] as T);
  const lang = one("lang", ["auto", "vi", "en"]);
  return {
    lang: lang === "auto" ? pageLanguage() : lang,
    theme: one("theme", ["auto", "light", "dark"]),
    position: one("position", ["right", "left"]),
    mode: one("mode", ["launcher", "page"]),
    origin: safeOrigin(get("origin")) ?? scriptOrigin,
    accent: usableAccent(get("accent") ?? null),
    hotline: telephone(get("hotline")),
    hours: get("hours")?.trim() || null,
  };
}

function pageLanguage(): Lang {
  return document.documentElement.lang.toLowerCase().startsWith("en") ? "en" : "vi";
}

function safeOrigin(value: string | null | undefined): string | null {
  try {
    const url = new URL(value ?? "");
    return /^https?:$/.test(url.protocol) ? url.origin : null;
  } catch {
    return null;
  }
}

function telephone(value: string | null | undefined): string | null {
  const number = value?.trim() ?? "";
  return /^[+\d][\d .()-]{2,}$/.test(number) ? number : null;
}
