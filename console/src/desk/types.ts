/** The data of the desk (docs/staff-api.md). */
import type { Dossier, Lang } from "@heza/widget/types";

/** A conversation that waits for an officer or is with one. */
export interface Handoff {
  id: string;
  state: "queued" | "claimed" | "returned" | "closed" | "unanswered";
  lang: Lang;
  note: string | null;
  unit: string | null;
  requested_at: string;
  waiting_seconds: number;
  officer: string | null;
  subjects: { id: string; name: string }[];
  summary: string | null;
  outcome: string | null;
  licensed_on: string | null;
  as_of: string | null;
  dossier: Dossier | null;
}

export interface Queue {
  open: boolean;
  hours: string | null;
  present: string[];
  handoffs: Handoff[];
}

/** Something that was said; a question stands with its answer. */
export interface Said {
  number: number;
  at: string;
  visitor: string | null;
  assistant: string | null;
  outcome: string | null;
  officer: string | null;
}

export interface Packet extends Handoff {
  said: Said[];
}

export interface Unit {
  id: string;
  name: Record<Lang, string>;
}

export interface Ticket {
  id: string;
  code: string;
  state: "open" | "answered" | "closed";
  lang: Lang;
  note: string | null;
  unit: string | null;
  has_contact: boolean;
  created_at: string;
  answer_by: string;
  overdue: boolean;
  answered_at: string | null;
  reply: string | null;
  closed_at: string | null;
  topic: string | null;
  solved: boolean | null;
}

export interface TicketWithContact extends Ticket {
  contact: string | null;
}
