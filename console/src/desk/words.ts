/** The words of the desk, and spans of time in them. */
import { catalogue, fill } from "../language";
import en from "../texts/desk/en.json";
import vi from "../texts/desk/vi.json";

export const words = catalogue({ vi, en });

const pad = (n: number) => String(n).padStart(2, "0");

/** Seconds as a clock shows them: `4:07`, `1:02:09`. */
export function clock(seconds: number): string {
  const [hours, minutes, rest] = [
    Math.floor(seconds / 3600),
    Math.floor(seconds / 60) % 60,
    Math.floor(seconds) % 60,
  ];
  return hours ? `${hours}:${pad(minutes)}:${pad(rest)}` : `${minutes}:${pad(rest)}`;
}

/** Seconds in words, as exactly as a deadline of days needs it. */
export function span(seconds: number): string {
  const t = words();
  const minutes = Math.floor(seconds / 60);
  if (minutes >= 2880) return fill(t.days, { n: Math.floor(minutes / 1440) });
  if (minutes >= 60) return fill(t.hoursMinutes, { h: Math.floor(minutes / 60), m: minutes % 60 });
  return fill(t.minutes, { m: minutes });
}
