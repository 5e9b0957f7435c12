/** In which fields two states differ, as `knowledge/items.py` tells it. */
import type { Change, Json } from "./data";

export function changesOf(before: Json | undefined, after: Json | undefined, path = ""): Change[] {
  if (isRecord(before) && isRecord(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => {
      const inner = path ? `${path}.${key}` : key;
      if (key in before && key in after) return changesOf(before[key], after[key], inner);
      return [{ field: inner, before: before[key] ?? null, after: after[key] ?? null }];
    });
  }
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length)
    return before.flatMap((one, place) => changesOf(one, after[place], `${path}[${place}]`));
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  return [{ field: path, before: before ?? null, after: after ?? null }];
}

function isRecord(value: Json | undefined): value is { [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
