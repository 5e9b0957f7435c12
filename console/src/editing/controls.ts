/** From the description of a field to what one writes into, bound to its place in the data. */
import { type Child, h, hidden } from "@heza/widget/dom";
import { fill } from "../language";
import type { Choices, Json } from "./data";
import type { Marks } from "./marks";
import type { Field, Option, Spec } from "./schema";
import type { Slot } from "./slots";
import { words } from "./words";

/** What all fields of a form share. */
export interface Desk {
  choices: Choices;
  marks: Marks;
}

let made = 0;

/** A field with its label and the place where its problems are said. */
export function fieldRow(field: Field, around: Slot, desk: Desk): HTMLElement {
  const slot = field.key ? around.at(field.key) : around;
  if (field.seldom && isEmpty(slot.get())) return folded(field, slot, desk);
  return shown(field, slot, desk);
}

function folded(field: Field, slot: Slot, desk: Desk): HTMLElement {
  const row = h("div", { class: "folded" });
  const open = h("button", { type: "button", class: "quiet" }, `+ ${field.label}`);
  open.addEventListener("click", () => {
    const opened = shown(field, slot, desk);
    row.replaceWith(opened);
    opened.querySelector<HTMLElement>("input, textarea, select, button")?.focus();
  });
  const complaint = complaintOf(slot, desk, open);
  row.append(open, complaint);
  return row;
}

function shown(field: Field, slot: Slot, desk: Desk): HTMLElement {
  const { spec, label } = field;
  switch (spec.is) {
    case "both":
    case "lines":
      return group(label, slot, desk, pair(spec, slot, label, desk));
    case "record":
      return group(label, slot, desk, record(spec.fields, slot, desk));
    case "list":
      return group(label, slot, desk, list(spec, slot, label, desk));
    case "map":
      return group(label, slot, desk, map(spec, slot, label, desk));
    case "figure":
      return group(label, slot, desk, figure(slot, label, desk));
    default:
      return single(spec, slot, label, desk);
  }
}

/** The fields of a record, one under the other. */
export function record(fields: Field[], slot: Slot, desk: Desk): HTMLElement {
  const often = fields.filter((one) => !one.seldom || !isEmpty(slot.at(one.key).get()));
  const seldom = fields.filter((one) => !often.includes(one));
  return h(
    "div",
    { class: "record" },
    ...often.map((one) => fieldRow(one, slot, desk)),
    seldom.length > 0 && h("div", { class: "seldom" }, ...seldom.map((one) => fieldRow(one, slot, desk))),
  );
}

function group(label: string, slot: Slot, desk: Desk, ...content: Child[]): HTMLElement {
  const complaint = complaintOf(slot, desk);
  return h(
    "fieldset",
    { class: `group level-${slot.path.length}` },
    h("legend", {}, label),
    ...content,
    complaint,
  );
}

function complaintOf(slot: Slot, desk: Desk, input: HTMLElement | null = null): HTMLElement {
  const id = `said-${(made += 1)}`;
  const complaint = h("p", { id, class: "complaint" });
  input?.setAttribute("aria-describedby", id);
  desk.marks.add(slot.path, complaint, input);
  return complaint;
}

function single(spec: Spec, slot: Slot, label: string, desk: Desk): HTMLElement {
  const id = `entry-${(made += 1)}`;
  const input = simple(spec, slot);
  input.id = id;
  const complaint = complaintOf(slot, desk, input);
  const hint = spec.is === "partial" && h("span", { class: "muted" }, ` ${words().partialHint}`);
  return h("div", { class: `field is-${spec.is}` }, h("label", { for: id }, label, hint), input, complaint);
}

type Input = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

function simple(spec: Spec, slot: Slot): Input {
  if (spec.is === "choice") return choice(spec.of, slot);
  if (spec.is === "check") {
    const box = h("input", { type: "checkbox", checked: slot.get() === true });
    box.addEventListener("change", () => slot.set(box.checked || undefined));
    return box;
  }
  const rows = spec.is === "text" ? spec.rows : undefined;
  const input = rows ? h("textarea", { rows }) : h("input", { type: spec.is === "day" ? "date" : "text" });
  if (spec.is === "suggested") input.setAttribute("list", `choices-${spec.from}`);
  input.value = slot.text();
  input.setAttribute("autocomplete", "off");
  input.addEventListener("input", () => slot.set(input.value.trim() || undefined));
  return input;
}

function choice(of: Option[], slot: Slot): HTMLSelectElement {
  const given = [["", "–"] as const, ...of];
  const select = h(
    "select",
    {},
    ...given.map(([value, name]) => h("option", { value, selected: value === slot.text() }, name)),
  );
  select.addEventListener("change", () => slot.set(select.value || undefined));
  return select;
}

/** Both languages side by side. Lists are written one element a line. */
function pair(spec: Spec & { is: "both" | "lines" }, slot: Slot, label: string, desk: Desk): HTMLElement {
  if (spec.is === "lines" && !spec.both) return lines(slot, label, "", desk);
  const t = words();
  const sides = (["vi", "en"] as const).map((code) => {
    const at = slot.at(code);
    const name = code === "vi" ? t.vietnamese : t.english;
    return spec.is === "lines" ? lines(at, label, name, desk) : prose(at, label, name, spec.rows ?? 2, desk);
  });
  return h("div", { class: "pair" }, ...sides);
}

function prose(slot: Slot, label: string, name: string, rows: number, desk: Desk): HTMLElement {
  const input = h("textarea", { rows, lang: langOf(slot) });
  input.value = slot.text();
  input.addEventListener("input", () => slot.set(input.value.trim() || undefined));
  return labelled(slot, label, name, input, desk);
}

function lines(slot: Slot, label: string, name: string, desk: Desk): HTMLElement {
  const given = slot.list().map(String);
  const input = h("textarea", { rows: Math.min(8, Math.max(2, given.length)), lang: langOf(slot) });
  input.value = given.join("\n");
  input.addEventListener("input", () => {
    const found = input.value
      .split("\n")
      .map((line) => line.trim())
      .filter(Boolean);
    slot.set(found.length ? found : undefined);
  });
  return labelled(slot, label, name, input, desk);
}

function labelled(slot: Slot, label: string, name: string, input: Input, desk: Desk): HTMLElement {
  input.id = `entry-${(made += 1)}`;
  const complaint = complaintOf(slot, desk, input);
  return h(
    "div",
    { class: "field" },
    h("label", { for: input.id }, name ? hidden(`${label} – `) : hidden(label), name),
    input,
    complaint,
  );
}

function langOf(slot: Slot): string | null {
  const last = slot.path.at(-1);
  return last === "vi" || last === "en" ? last : null;
}

/** A number and its unit. */
function figure(slot: Slot, label: string, desk: Desk): HTMLElement {
  const t = words();
  const units = desk.choices.units.map((unit) => [unit, t[`unit_${unit}` as "unit_day"]] as const);
  const number = h("input", { type: "text", inputmode: "decimal", "aria-label": `${label}: ${t.number}` });
  number.value = slot.at("value").text();
  number.addEventListener("input", () => slot.at("value").set(number.value.replace(",", ".") || undefined));
  const unit = choice([...units], slot.at("unit"));
  unit.setAttribute("aria-label", `${label}: ${t.unit}`);
  return h(
    "div",
    { class: "figure" },
    h("div", {}, number, complaintOf(slot.at("value"), desk, number)),
    h("div", {}, unit, complaintOf(slot.at("unit"), desk, unit)),
  );
}

function list(spec: Spec & { is: "list" }, slot: Slot, label: string, desk: Desk): HTMLElement {
  const t = words();
  const rows = h("ol", { class: "rows" });
  const refresh = (): void => {
    const parts = slot.list().map((_, place) => {
      const name = fill(t.nth, { n: place + 1 });
      const remove = button(`${t.remove}: ${label} ${place + 1}`, t.remove, () => {
        slot.at(place).set(undefined);
        refresh();
      });
      const body = element(spec.of, slot.at(place), `${label} ${place + 1}`, desk);
      const many = slot.list().length > 1 && spec.of.is === "record";
      return h("li", {}, many && h("p", { class: "eyebrow" }, name), body, remove);
    });
    rows.replaceChildren(...parts);
  };
  refresh();
  const add = button(`${t.add}: ${label}`, `+ ${t.add}`, () => {
    slot.set([...slot.list(), spec.start()]);
    refresh();
    rows.lastElementChild?.querySelector<HTMLElement>("input, textarea, select")?.focus();
  });
  return h("div", { class: "list" }, rows, add);
}

/** An element of a list: its own label is that of the list. */
function element(spec: Spec, slot: Slot, label: string, desk: Desk): HTMLElement {
  if (spec.is === "record") return record(spec.fields, slot, desk);
  if (spec.is === "figure") return figure(slot, label, desk);
  const input = simple(spec, slot);
  input.setAttribute("aria-label", label);
  return h("div", { class: "field" }, input, complaintOf(slot, desk, input));
}

/** Named parts, such as the facets of an entry. */
function map(spec: Spec & { is: "map" }, slot: Slot, label: string, desk: Desk): HTMLElement {
  const t = words();
  const parts = h("div", { class: "parts" });
  const names = new Map(spec.keys);
  const wanted = h("select", { "aria-label": `${t.add}: ${label}` });
  const add = button(`${t.add}: ${label}`, `+ ${t.add}`, () => {
    if (!wanted.value) return;
    slot.at(wanted.value).set(spec.start());
    refresh(wanted.value);
  });
  const refresh = (opened = ""): void => {
    const keys = slot.keys();
    parts.replaceChildren(...keys.map((key) => part(key, key === opened || keys.length < 3)));
    const left = spec.keys.filter(([key]) => !keys.includes(key));
    wanted.replaceChildren(...left.map(([value, name]) => h("option", { value }, name)));
    wanted.hidden = add.hidden = !left.length;
  };
  const part = (key: string, open: boolean): HTMLElement => {
    const of = spec.of(key);
    const name = names.get(key) ?? key;
    const body = of.is === "record" ? record(of.fields, slot.at(key), desk) : h("div", {});
    const remove = button(`${t.remove}: ${name}`, t.remove, () => {
      slot.at(key).set(undefined);
      refresh();
    });
    const details = h("details", { open, "data-part": key }, h("summary", {}, name), body, remove);
    details.append(complaintOf(slot.at(key), desk));
    return details;
  };
  refresh();
  return h("div", { class: "map" }, parts, h("div", { class: "buttons" }, wanted, add));
}

function button(label: string, text: string, act: () => void): HTMLButtonElement {
  const made = h("button", { type: "button", class: "quiet", "aria-label": label }, text);
  made.addEventListener("click", act);
  return made;
}

function isEmpty(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === "") return true;
  return typeof value === "object" && !Object.keys(value).length;
}

/** What fields suggest while one writes; they stand once in the page. */
export function suggestions(choices: Choices, lang: "vi" | "en"): HTMLElement {
  const listOf = (id: string, of: (readonly [string, string])[]) =>
    h("datalist", { id: `choices-${id}` }, ...of.map(([value, name]) => h("option", { value }, name)));
  const entries = choices.entries.map(({ id, name }) => [id, name[lang]] as const);
  return h(
    "div",
    { hidden: true },
    listOf(
      "documents",
      choices.documents.map(({ number, title }) => [number, title[lang]] as const),
    ),
    listOf("entries", entries),
    listOf(
      "zones",
      entries.filter(([id]) => id.startsWith("zone.")),
    ),
    listOf(
      "owners",
      choices.owners.map((owner) => [owner, ""] as const),
    ),
  );
}
