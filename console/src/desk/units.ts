/** The units to which conversations and tickets are passed on. */
import type { Api } from "../api";
import { lang } from "../language";
import type { Unit } from "./types";

let known: Unit[] = [];

/** Read them, once. */
export async function loadUnits(api: Api, signal: AbortSignal): Promise<void> {
  if (!known.length) known = (await api.get<{ units: Unit[] }>("/desk/units", {}, signal)).units;
}

/** Return the name of a unit; its id until the names have been read. */
export function unitName(id: string): string {
  return known.find((unit) => unit.id === id)?.name[lang()] ?? id;
}

/** Return all units with their names, to choose from. */
export function unitChoices(): [string, string][] {
  return known.map((unit) => [unit.id, unit.name[lang()]]);
}
