/** The words of reports, and figures in them. */
import { catalogue, fill, lang } from "../language";
import en from "../texts/reports/en.json";
import vi from "../texts/reports/vi.json";

export const words = catalogue({ vi, en });

/** A number as it is written in the language of the console. */
export function figure(value: number | null): string {
  return value === null ? words().noValue : value.toLocaleString(lang() === "vi" ? "vi-VN" : "en-GB");
}

/** A share in percent; a dash where there is nothing to divide by. */
export function percent(part: number, all: number): string {
  return all ? `${figure(Math.round((100 * part) / all))} %` : words().noValue;
}

/** Milliseconds, as exactly as they matter. */
export function time(ms: number | null): string {
  const t = words();
  if (ms === null) return t.noValue;
  if (ms < 1000) return fill(t.ms, { n: figure(ms) });
  if (ms < 90_000) return fill(t.seconds, { n: figure(Math.round(ms / 100) / 10) });
  return fill(t.minutes, { n: figure(Math.round(ms / 6000) / 10) });
}

/** The value of a measure, by the unit that ends its name. */
export function measure(name: string, value: number | null): string {
  if (name.endsWith("_ms")) return time(value);
  if (name.endsWith("_s")) return time(value === null ? null : 1000 * value);
  return figure(value);
}
