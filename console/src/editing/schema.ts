/** The fields of entries and documents, as `knowledge/model.py` has them. */
import { lang } from "../language";
import type { Choices, Json, Named } from "./data";
import { type FieldName, fields as names, words } from "./words";

export type Option = readonly [value: string, name: string];

export type Spec =
  | { is: "text"; rows?: number }
  | { is: "both"; rows?: number }
  | { is: "lines"; both?: boolean }
  | { is: "day" | "partial" | "check" | "figure" }
  | { is: "choice"; of: Option[]; free?: boolean }
  | { is: "suggested"; from: "documents" | "entries" | "zones" | "owners" }
  | { is: "record"; fields: Field[] }
  | { is: "list"; of: Spec; start: () => Json }
  | { is: "map"; keys: Option[]; of: (key: string) => Spec; start: () => Json };

export interface Field {
  key: string;
  label: string;
  spec: Spec;
  /** Needed seldom: folded away as long as it is empty. */
  seldom?: boolean;
}

const TEXT: Spec = { is: "text" };
const BOTH: Spec = { is: "both", rows: 2 };
const LONG: Spec = { is: "both", rows: 5 };
const DAY: Spec = { is: "day" };
const PARTIAL: Spec = { is: "partial" };

function field(key: FieldName, spec: Spec, more: Partial<Field> = {}): Field {
  return { key, label: names()[key], spec, ...more };
}

const seldom = (key: FieldName, spec: Spec): Field => field(key, spec, { seldom: true });

/** A value with its name out of the catalogue of these pages. */
function named(value: string): Option {
  return [value, words()[value as "law"]];
}

/** Values with their names in the language of the console. */
export function options(named: Named): Option[] {
  return Object.entries(named).map(([value, name]) => [value, name[lang()]]);
}

export function entryFields(kind: string, choices: Choices, isNew: boolean): Field[] {
  const facets = options(choices.facets).filter(([name]) => choices.kinds[kind]?.includes(name));
  return [
    ...(isNew ? [field("id", TEXT)] : []),
    field("name", BOTH),
    ...(kind === "zone" ? [field("zone", zone(choices))] : []),
    field("facets", { is: "map", keys: facets, of: () => facet(choices), start: () => ({ rules: [{}] }) }),
    field("sources", sources()),
    field("confidence", confidence(choices)),
    field("collected_on", DAY),
    field("review_by", DAY),
    field("owner", { is: "suggested", from: "owners" }),
    field("aliases", { is: "lines", both: true }),
    field("asks", { is: "lines", both: true }),
    field("related", { is: "list", of: { is: "suggested", from: "entries" }, start: () => "" }),
    seldom("facts", { is: "lines" }),
    seldom("provenance", TEXT),
  ];
}

export function documentFields(choices: Choices, isNew: boolean): Field[] {
  const numbers: Spec = { is: "list", of: { is: "suggested", from: "documents" }, start: () => "" };
  return [
    ...(isNew ? [field("number", TEXT)] : []),
    field("kind", { is: "choice", of: choices.citation_kinds.map(named) }),
    field("title", BOTH),
    field("issuer", BOTH),
    field("issued_on", PARTIAL),
    field("effective_from", PARTIAL),
    field("effective_to", PARTIAL),
    field("status", { is: "choice", of: choices.document_statuses.map(named) }),
    field("supersedes", numbers),
    field("superseded_by", numbers),
    field("amended_by", numbers),
    field("implements", numbers),
    field("aliases", { is: "lines", both: true }),
    field("asks", { is: "lines", both: true }),
    field("url", TEXT),
    field("collected_on", DAY),
    field("confidence", confidence(choices)),
    seldom("note", BOTH),
    seldom("facts", { is: "lines" }),
    seldom("provenance", TEXT),
  ];
}

function facet(choices: Choices): Spec {
  const rules: Spec = { is: "list", of: rule(choices), start: () => ({}) };
  const asks = field("asks", { is: "lines", both: true }, { seldom: true });
  return { is: "record", fields: [field("rules", rules), asks] };
}

function rule(choices: Choices): Spec {
  const item: Spec = {
    is: "record",
    fields: [field("item", { is: "both", rows: 2 }, { key: "" }), seldom("duration", BOTH)],
  };
  const span: Spec = { is: "record", fields: [field("from", PARTIAL), field("to", PARTIAL)] };
  const terms: Spec = {
    is: "record",
    fields: [field("where", BOTH), field("rate", BOTH), field("holiday", BOTH)],
  };
  return {
    is: "record",
    fields: [
      field("text", LONG),
      field("figures", { is: "list", of: { is: "figure" }, start: () => ({}) }),
      field("dates", { is: "list", of: PARTIAL, start: () => "" }),
      field("sources", sources()),
      field("effective_from", PARTIAL),
      field("effective_to", PARTIAL),
      seldom("items", { is: "list", of: item, start: () => ({}) }),
      seldom("details", LONG),
      seldom("scope", BOTH),
      seldom("period", TEXT),
      seldom("licensed", span),
      seldom("terms", terms),
      seldom("confidence", confidence(choices)),
      seldom("unconfirmed", doubt(choices)),
      seldom("disagreement", doubt(choices)),
    ],
  };
}

function doubt(choices: Choices): Spec {
  const where: Spec = { is: "choice", of: options(choices.confirm_at) };
  return { is: "record", fields: [field("doubt", BOTH, { key: "" }), field("confirm_at", where)] };
}

function zone(choices: Choices): Spec {
  const told = ["area", "developer", "location", "within", "sectors", "status", "established", "investment"];
  const doubtful = options(choices.facets).filter(([name]) => told.includes(name));
  const sectors: Spec = {
    is: "list",
    of: { is: "choice", of: options(choices.sectors) },
    start: () => Object.keys(choices.sectors)[0] ?? "",
  };
  return {
    is: "record",
    fields: [
      field("type", { is: "choice", of: options(choices.zone_types) }),
      field("area_ha", TEXT),
      field("area_note", BOTH),
      field("established", PARTIAL),
      field("developer", BOTH),
      field("location", BOTH),
      field("within", { is: "suggested", from: "zones" }),
      field("sectors", sectors),
      field("focus", BOTH),
      field("status", { is: "choice", of: options(choices.zone_statuses) }),
      field("status_note", BOTH),
      field("investment", BOTH),
      field("website", TEXT),
      field("eco_park", { is: "check" }),
      seldom("group", TEXT),
      seldom("doubts", { is: "map", keys: doubtful, of: () => doubt(choices), start: () => ({}) }),
      seldom("figures", { is: "list", of: { is: "figure" }, start: () => ({}) }),
      seldom("dates", { is: "list", of: PARTIAL, start: () => "" }),
    ],
  };
}

function sources(): Spec {
  const document: Spec = { is: "suggested", from: "documents" };
  return {
    is: "list",
    of: { is: "record", fields: [field("document", document), field("article", TEXT)] },
    start: () => ({}),
  };
}

function confidence(choices: Choices): Spec {
  return { is: "choice", of: choices.confidence.map(named) };
}
