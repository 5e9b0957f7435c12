/** What the calls of unanswered questions return (docs/staff-api.md#unanswered-questions). */
import type { Lang } from "../../types";

export type Source = "correction" | "down" | "clarify" | "no_answer";
export type Decision = "entry" | "alias" | "question_form" | "example" | "out_of_scope" | "dismiss";

export interface Cluster {
  id: string;
  lang: Lang;
  question: string;
  weight: number;
  counts: Record<Source, number>;
  near: { entry: string; facet: string; name: string }[];
  examples: { text: string; source: Source; at: string; reason: string | null }[];
  decided: { decision: Decision; by: string; at: string }[];
}

export interface Clusters {
  weights: Record<Source, number>;
  total: number;
  intents: string[];
  clusters: Cluster[];
}

export interface Proposal {
  id: string;
  kind: Exclude<Decision, "dismiss">;
  file: string;
  about: string;
  state: "proposed" | "accepted" | "rejected" | "taken";
  by: string;
  at: string;
  text: string | null;
}
