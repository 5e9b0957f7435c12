/** What a change says differently, field by field, word by word. */
import { h } from "@heza/widget/dom";
import { lang } from "../language";
import type { Change, Choices, Json } from "./data";
import { type FieldName, fields, words } from "./words";

const MOST_WORDS = 600;

/** Return the list of changes; `choices` name the facets. */
export function difference(changes: Change[], choices: Choices | null): HTMLElement {
  if (!changes.length) return h("p", { class: "empty" }, words().same);
  const rows = changes.map((change) =>
    h(
      "li",
      {},
      h("p", { class: "eyebrow" }, nameOf(change.field, choices)),
      compared(inWords(change.before), inWords(change.after)),
    ),
  );
  return h("ol", { class: "difference" }, ...rows);
}

/** The name of a field in words: "Lệ phí › Quy định 1 › Câu trả lời (tiếng Việt)". */
export function nameOf(path: string, choices: Choices | null): string {
  const names: Record<string, string> = fields();
  const t = words();
  const parts = path.split(".").filter((part) => part !== "facets");
  const said = parts.map((part) => {
    const [, name = part, place] = /^(\w+)\[(\d+)\]$/.exec(part) ?? [];
    if (name === "vi" || name === "en") return name === "vi" ? t.vietnamese : t.english;
    const plain = choices?.facets[name]?.[lang()] ?? names[name as FieldName] ?? name;
    return place === undefined ? plain : `${plain} ${Number(place) + 1}`;
  });
  return (said.length ? said : [names.facets ?? ""]).join(" › ");
}

function compared(before: string, after: string): HTMLElement {
  const t = words();
  const [old, now] = [before.split(/(\s+)/), after.split(/(\s+)/)];
  if (!before || !after || old.length > MOST_WORDS || now.length > MOST_WORDS)
    return h(
      "div",
      { class: "compared" },
      before ? h("p", {}, sayable(t.removed), h("del", {}, before)) : null,
      after ? h("p", {}, sayable(t.added), h("ins", {}, after)) : null,
    );
  const parts = merged(old, now).map(([kind, text]) => {
    if (kind === "same") return text;
    return kind === "del" ? h("del", {}, sayable(t.removed), text) : h("ins", {}, sayable(t.added), text);
  });
  return h("div", { class: "compared" }, h("p", {}, ...parts));
}

/** Screen readers do not tell deletions from insertions, so a word does. */
function sayable(text: string): HTMLElement {
  return h("span", { class: "sr" }, `${text}: `);
}

type Part = ["same" | "del" | "ins", string];

/** The longest common subsequence of words, with what lies between. */
export function merged(old: string[], now: string[]): Part[] {
  const lengths = table(old, now);
  const parts: Part[] = [];
  const push = (kind: Part[0], word: string): void => {
    const last = parts.at(-1);
    if (last?.[0] === kind) last[1] += word;
    else parts.push([kind, word]);
  };
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    const [gone, come] = [old[i], now[j]];
    if (gone !== undefined && gone === come) {
      push("same", gone);
      i += 1;
      j += 1;
    } else if (gone !== undefined && (come === undefined || at(lengths, i + 1, j) >= at(lengths, i, j + 1))) {
      push("del", gone);
      i += 1;
    } else {
      push("ins", come ?? "");
      j += 1;
    }
  }
  return parts;
}

function table(old: string[], now: string[]): number[][] {
  const lengths = Array.from({ length: old.length + 1 }, () => new Array<number>(now.length + 1).fill(0));
  for (let i = old.length - 1; i >= 0; i -= 1)
    for (let j = now.length - 1; j >= 0; j -= 1) {
      const row = lengths[i] as number[];
      row[j] =
        old[i] === now[j]
          ? at(lengths, i + 1, j + 1) + 1
          : Math.max(at(lengths, i + 1, j), at(lengths, i, j + 1));
    }
  return lengths;
}

function at(lengths: number[][], i: number, j: number): number {
  return lengths[i]?.[j] ?? 0;
}

/** A value as people read it: texts as they are, lists one element a line, the rest by its names. */
export function inWords(value: Json): string {
  if (value === null) return "";
  if (typeof value === "boolean") return value ? words().yes : words().no;
  if (typeof value !== "object") return String(value);
  if (Array.isArray(value)) return value.map(inWords).join("\n");
  const names: Record<string, string> = fields();
  if (Object.keys(value).join() === "value,unit") {
    const unit = words()[`unit_${inWords(value.unit ?? null)}` as "unit_day"];
    return `${inWords(value.value ?? null)} ${unit}`;
  }
  const pairs = Object.entries(value).map(([key, one]) => {
    const name = key === "vi" || key === "en" ? key.toUpperCase() : (names[key] ?? key);
    return `${name}: ${inWords(one)}`;
  });
  return pairs.join("\n");
}
