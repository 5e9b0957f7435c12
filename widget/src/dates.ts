/** Dates as people read and write them; what is unknown of a date stays out. */
import type { Lang } from "./types";

/** `2025-10-01` as `01/10/2025` or `1 October 2025`. */
export function readable(date: string, lang: Lang): string {
  const [year, month, day] = date.slice(0, 10).split("-");
  if (lang === "vi" || !month) return [day, month, year].filter(Boolean).join("/");
  const name = new Date(`2000-${month}`).toLocaleString("en-GB", { month: "long", timeZone: "UTC" });
  return [day && Number(day), name, year].filter(Boolean).join(" ");
}

/** A moment of the clock in Viet Nam, as `17:00 24/12/2026` or `17:00, 24 December 2026`. */
export function moment(value: string, lang: Lang): string {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone: "Asia/Ho_Chi_Minh",
    dateStyle: "short",
    timeStyle: "short",
  }).formatToParts(new Date(value));
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? "";
  const day = readable(`${part("year")}-${part("month")}-${part("day")}`, lang);
  return `${part("hour")}:${part("minute")}${lang === "vi" ? " " : ", "}${day}`;
}

/** `15/05/2024`, `5/2024`, `2024` or ISO as the contract wants it; null if there is no such date. */
export function partialDate(written: string): string | null {
  const parts = written.trim().split(/[/.-]/);
  if (parts.at(-1)?.length === 4) parts.reverse();
  const iso = parts.map((part) => part.padStart(2, "0")).join("-");
  const day = /^\d{4}(-\d{2}){0,2}$/.test(iso) ? new Date(iso) : new Date(Number.NaN);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(iso) ? iso : null;
}
