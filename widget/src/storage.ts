/**
 * What the widget keeps in the browser.
 *
 * The conversation (token, unsent messages) lives in `sessionStorage` and ends with the browser; on the
 * visitor's wish it goes into `localStorage`, so that it outlives the browser. Preferences and the
 * hotline, which say nothing about anybody, are always in `localStorage`. Where storage is forbidden,
 * the page itself remembers.
 */
const PREFIX = "heza.";
const memory = new Map<string, string>();

type Area = "localStorage" | "sessionStorage";

function read(area: Area, name: string): string | null {
  try {
    return window[area].getItem(PREFIX + name) ?? memory.get(area + name) ?? null;
  } catch {
    return memory.get(area + name) ?? null;
  }
}

function write(area: Area, name: string, value: string | null): void {
  if (value === null) memory.delete(area + name);
  else memory.set(area + name, value);
  try {
    if (value === null) window[area].removeItem(PREFIX + name);
    else window[area].setItem(PREFIX + name, value);
  } catch {
    // `memory` has it
  }
}

function parse<T>(raw: string | null): T | null {
  try {
    return raw === null ? null : (JSON.parse(raw) as T);
  } catch {
    return null;
  }
}

/** A preference: survives the browser. */
export const preference = {
  get: <T>(name: string): T | null => parse<T>(read("localStorage", name)),
  set: (name: string, value: unknown): void => write("localStorage", name, JSON.stringify(value)),
};

/** A part of the conversation: survives the browser only if the visitor said so. */
export const kept = {
  get<T>(name: string): T | null {
    return (
      parse<T>(read("sessionStorage", name)) ?? (remembers() ? parse<T>(read("localStorage", name)) : null)
    );
  },
  set(name: string, value: unknown): void {
    const raw = value === null ? null : JSON.stringify(value);
    write("sessionStorage", name, raw);
    write("localStorage", name, remembers() ? raw : null);
  },
};

const CONVERSATION = ["session", "outbox"];

/** Tell whether the visitor wants the conversation to outlive the browser. */
export function remembers(): boolean {
  return preference.get<boolean>("remember") === true;
}

/** Set whether the conversation outlives the browser, and move it there or back. */
export function remember(wanted: boolean): void {
  preference.set("remember", wanted);
  for (const name of CONVERSATION) kept.set(name, kept.get(name) ?? parse(read("sessionStorage", name)));
}
