/** The data of `/staff/api/editing` (docs/staff-api.md). */
import type { Citation, Block, Caveat } from "@heza/widget/types";
import type { Lang } from "../types";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Data = { [key: string]: Json };
export type Path = (string | number)[];
export type Both = Record<Lang, string>;
export type Named = Record<string, Both>;

export interface Problem extends Both {
  path: Path;
}

export interface Shown {
  facet: string;
  label: string;
  lang: Lang;
  outcome: string;
  blocks: Block[];
  caveats: Caveat[];
  citations: Citation[];
  as_of: string | null;
  licensed_on: string | null;
  text: string;
}

export type Preview = Record<Lang, Shown[]>;

export interface Checked {
  problems: Problem[];
  preview: Preview | null;
}

export interface Change {
  field: string;
  before: Json;
  after: Json;
}

export interface Outdated {
  version: number;
  changes: Change[];
}

export type State = "draft" | "proposed" | "scheduled" | "published" | "refused" | "failed";

export interface Brief {
  id: string;
  item: string;
  name: Both | null;
  base: number;
  state: State;
  author: string;
  note: string;
  changed_at: string;
  starts_at: string | null;
  decided_by: string | null;
  decided_at: string | null;
  reason: string;
  version: number | null;
}

export interface Proposal extends Brief, Checked {
  data: Data;
  digest: string;
  changes: Change[];
  outdated: Outdated | null;
}

export interface Topic {
  topic: string;
  /** Of an entry or a facet of one. */
  name: Both | null;
  reason: string;
  by: string;
  at: string;
}

export interface Item {
  id: string;
  version: number;
  data: Data;
  /** The document that the entry is written from: that is what can be edited. */
  document: string | null;
  switched_off: Topic[];
  proposals: Brief[];
  verification: { version: number; day: string; by: string; against: string } | null;
}

export interface Version {
  version: number;
  what: "load" | "edit" | "roll-back" | "verification" | "removed";
  by: string;
  at: string;
  fields: string[];
  data: Data | null;
  note: string;
  approved_by: string | null;
  against: string | null;
}

export interface Listed {
  id: string;
  name: Both;
  owner: string;
  version: number;
  review_by: string;
  verified_on: string | null;
}

export interface Review {
  day: string;
  due: Listed[];
  resting: (Listed & {
    documents: { document: string; ended_on: string | null; replaced_by: string[]; facets: string[] }[];
  })[];
  untrained: (Listed & { texts: string[]; count: number })[] | null;
}

/** What a form offers to choose from. */
export interface Choices {
  kinds: Record<string, string[]>;
  facets: Named;
  sectors: Named;
  zone_types: Named;
  zone_statuses: Named;
  document_statuses: string[];
  confirm_at: Named;
  units: string[];
  confidence: string[];
  citation_kinds: string[];
  owners: string[];
  documents: { number: string; title: Both; status: string; kind: string }[];
  entries: { id: string; kind: string; name: Both }[];
}
