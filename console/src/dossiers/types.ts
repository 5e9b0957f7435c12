/** What the calls of dossiers return (docs/staff-api.md). */

export interface Dossier {
  status: string;
  label: string;
  procedure: string | null;
  procedure_name: string | null;
  step: number | null;
  of: number | null;
  unit: string | null;
  received_on: string;
  due_on: string | null;
  due_source: "feed" | "estimated" | null;
  remaining_working_days: number | null;
  supplement_due_on: string | null;
  has_texts: boolean;
  changed_at: string;
  demo: boolean;
  history: { at: string | null; state: string; unit: string | null }[];
}

export interface Viewed {
  /** A ticket with which its texts can be uncovered. */
  view: string;
  /** Covered but for its last digits. */
  code: string;
  dossier: Dossier;
}

export interface DossierTexts {
  supplement: string | null;
  result: string | null;
  history: { text: string; step_name: string | null }[];
}

export interface OverdueDossier {
  code: string;
  procedure_name: string | null;
  unit: string | null;
  label: string;
  received_on: string;
  due_on: string;
  working_days_overdue: number;
}

export interface OverdueList {
  units: { unit: string | null; count: number }[];
  dossiers: OverdueDossier[];
  next: string | null;
}
