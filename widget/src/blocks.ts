/** The blocks of an answer as elements. All labels are in the language of the answer. */
import { h, icon, link } from "./dom";
import type { Texts } from "./texts";
import type { Block, Step } from "./types";

/** Makes the form that a block asks for; null if there is none. */
export type FormMaker = (form: string) => HTMLElement | null;

/** Return the element for a block; a type that this version does not know shows what text it has. */
export function renderBlock(block: Block, t: Texts, form: FormMaker): HTMLElement | null {
  switch (block.type) {
    case "para":
      return h("p", {}, block.text);
    case "list":
      return h(block.ordered ? "ol" : "ul", {}, ...block.items.map((item) => h("li", {}, item)));
    case "steps":
      return h("ol", { class: "steps" }, ...block.items.map(renderStep));
    case "table":
      return renderTable(block.columns, block.rows, t);
    case "facts":
      return renderFacts(block.items.map(({ label, value }) => [label, value]));
    case "link":
      return h("p", {}, link(block.text, block.url, t.newTab));
    case "notice":
      return renderNotice(block.level, block.text, t);
    case "form":
      return form(block.form);
    default:
      return renderUnknown(block);
  }
}

/** Labels and values. */
export function renderFacts(pairs: (readonly [string, Node | string])[]): HTMLElement {
  const rows = pairs.map(([label, value]) => h("div", {}, h("dt", {}, label), h("dd", {}, value)));
  return h("dl", { class: "facts" }, ...rows);
}

/** Something that should not be overlooked: said by an icon and a word, not by colour alone. */
export function renderNotice(level: string, text: string, t: Texts, ...more: Node[]): HTMLElement {
  const warns = level === "warning";
  const words = h("p", {}, h("strong", {}, `${warns ? t.warning : t.info}: `), text);
  return h(
    "div",
    { class: `notice ${warns ? "warns" : ""}` },
    icon(warns ? "warning" : "info"),
    h("div", {}, words, ...more),
  );
}

function renderStep({ title, text, duration }: Step): HTMLElement {
  const lines = [
    h("span", { class: "step-title" }, title),
    duration && h("span", { class: "duration" }, duration),
  ];
  return h("li", {}, ...lines, text && h("p", {}, text));
}

function renderTable(columns: string[], rows: string[][], t: Texts): HTMLElement {
  const head = h("tr", {}, ...columns.map((column) => h("th", { scope: "col" }, column)));
  const body = rows.map((row) =>
    h(
      "tr",
      {},
      ...row.map((cell, place) => (place === 0 ? h("th", { scope: "row" }, cell) : h("td", {}, cell))),
    ),
  );
  // A wide table scrolls by itself, so the keyboard must be able to reach it.
  return h(
    "div",
    { class: "scroller", role: "group", tabindex: 0, "aria-label": t.table },
    h("table", {}, h("thead", {}, head), h("tbody", {}, ...body)),
  );
}

function renderUnknown(block: unknown): HTMLElement | null {
  const { text, items } = block as { text?: unknown; items?: unknown };
  if (typeof text === "string") return h("p", {}, text);
  if (!Array.isArray(items)) return null;
  const words = items.filter((item): item is string => typeof item === "string");
  return words.length ? h("ul", {}, ...words.map((item) => h("li", {}, item))) : null;
}
