/** What the calls of recall return (docs/staff-api.md#recall), as far as the page shows it. */
import type { Lang } from "../../types";

export interface Found {
  entry: string;
  version: number;
  name: string;
}

export interface Version {
  version: number;
  by: string;
  at: string;
  removed: boolean;
  turns: number;
  calls: number;
  withdrawn: boolean;
}

export interface Versions {
  entry: string;
  name: Record<Lang, string>;
  current: number | null;
  off: boolean;
  versions: Version[];
}

export interface Figures {
  figures: {
    turns: number;
    sessions: number;
    open_sessions: number;
    languages: Record<Lang, number>;
    calls: number;
    tickets: number;
  };
  turns: { id: string; at: string; lang: Lang; question: string }[];
}

export interface Recall {
  id: string;
  name: Record<Lang, string>;
  versions: number[];
  by: string;
  at: string;
  state: "begun" | "acted" | "done" | "failed";
  seen: { sessions: number; told: number };
  tickets: { call: number };
}

export interface ToCall {
  id: string;
  code: string;
  lang: Lang;
  name: string;
  text: string;
  since: string;
}
