/** What search and cards consist of (docs/staff-api.md). */
import type { Block, Caveat, Citation, Lang } from "@heza/widget/types";

export interface Result {
  entry: string;
  version: number;
  kind: string;
  name: string;
  facet: string;
  label: string;
  text: string;
}

export interface Facet {
  facet: string;
  label: string;
  outcome: string;
  blocks: Block[];
  caveats: Caveat[];
  citations: Citation[];
}

export interface Card {
  entry: string;
  version: number;
  kind: string;
  name: string;
  lang: Lang;
  /** What is asked about; the first of `facets`. */
  facet: string;
  as_of: string | null;
  licensed_on: string | null;
  outcome: string;
  /** Null text: not even the first sentence is short enough, so the statement itself is read. */
  aloud: { text: string | null; words: number; shortened: boolean };
  /** For copying, with sources. */
  text: string;
  facets: Facet[];
  related: { entry: string; name: string }[];
  /** Dates of the entry and who keeps it; the copy does not have them. */
  record: RecordDates | null;
  /** Sources in words, where the copy has only those. */
  lines: string[];
  /** The day of the copy that this comes from; null: the server says so now. */
  copied: string | null;
}

export interface RecordDates {
  collected_on: string;
  verified_on: string | null;
  review_by: string;
  owner: string;
}

/** What a card is asked for by. */
export interface CardQuery {
  entry: string;
  facet: string | null;
  lang: Lang;
  as_of: string | null;
  licensed_on: string | null;
}
