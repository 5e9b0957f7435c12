/** The data of a report (docs/staff-api.md#reports). */

export interface Volumes {
  conversations: number;
  turns: number;
  up: number;
  down: number;
  calls: number;
  calls_solved: number;
}

export type Result = "answered" | "abstained" | "handed_off" | "talk" | "failed";

export type Measures = Record<string, number | null>;

export interface Report {
  from: string;
  to: string;
  made_at: string;
  totals: Volumes;
  days: (Volumes & { day: string })[];
  hours: (Volumes & { hour: number })[];
  languages: (Volumes & { lang: string })[];
  topics: (Volumes & { topic: string } & Record<Result, number>)[];
  outcomes: { outcome: string; result: Result; turns: number; up: number; down: number }[];
  results: { result: Result; turns: number; up: number; down: number }[];
  times: { answers: number; p50_ms: number | null; p95_ms: number | null };
  desk: Measures & { requests: number; first_word_p50_s: number | null };
  tickets: Measures;
  units: { unit: string | null; open: number; overdue: number; undated: number }[];
  /** Null for who may not read what visitors wrote. */
  questions:
    { question: string; turns: number; no_answer: number; clarify: number; out_of_scope: number }[] | null;
  reasons: { vote: string; reason: string; votes: number }[] | null;
}
