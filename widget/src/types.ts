/** The data of the public contract (docs/api.md), as far as the widget reads it. */

export type Lang = "vi" | "en";

export interface Step {
  title: string;
  text?: string;
  duration?: string;
}

export type Block =
  | { type: "para"; text: string }
  | { type: "list"; items: string[]; ordered?: boolean }
  | { type: "steps"; items: Step[] }
  | { type: "table"; columns: string[]; rows: string[][] }
  | { type: "facts"; items: { label: string; value: string }[] }
  | { type: "link"; text: string; url: string }
  | { type: "notice"; level: "info" | "warning"; text: string }
  | { type: "form"; form: "dossier_lookup" | "contact" };

export interface Citation {
  kind: string;
  document: string;
  title: string;
  article: string | null;
  effective_from: string | null;
  effective_to: string | null;
  collected_on: string;
  verified_on: string | null;
  url: string | null;
  status: "in_force" | "expired" | "unverified";
}

export interface Caveat {
  reason: string;
  text: string;
  confirm_at: string;
}

export interface Dossier {
  status: string;
  step: number | null;
  of: number | null;
  unit: string | null;
  received_on: string | null;
  due_on: string | null;
  due_source: "feed" | "estimated" | null;
  remaining_working_days: number | null;
  action_required: string | null;
}

export interface Suggestion {
  id: string;
  text: string;
}

export interface Turn {
  id: string;
  seq: number;
  lang: Lang;
  outcome: string;
  question: string;
  text: string;
  blocks: Block[];
  citations: Citation[];
  caveats: Caveat[];
  entries: { id: string; version: number; facets?: string[] }[];
  release: string;
  suggestions: Suggestion[];
  dossier: Dossier | null;
  as_of: string | null;
  licensed_on: string | null;
  /** The turn that is withdrawn, if this one came unasked to correct it. */
  corrects?: string | null;
}

/** What the stream and the polling bring. */
export interface Incoming {
  id: string;
  event: string;
  data: unknown;
}

/** A message of an officer. */
export interface AgentMessage {
  id?: string;
  text: string;
  name?: string | null;
}

/** Where the conversation stands between assistant and officers. */
export interface HandoffState {
  state: "bot" | "queued" | "claimed" | "ticket" | "closed";
  position?: number | null;
  /** Why it was closed: nobody was there to take it. */
  reason?: "unanswered";
  code?: string;
  secret?: string;
}

/** A state event says where the hand-off stands, or that the dossier that was looked up has changed. */
export interface StateEvent extends Omit<HandoffState, "state"> {
  state: HandoffState["state"] | "dossier_changed";
}

export interface PublicNotice {
  id: string;
  level: "info" | "warning";
  text: Record<Lang, string>;
  from: string | null;
  to: string | null;
}

export interface About {
  name?: string;
  hotline: string | null;
  hotline_hours: string | null;
  site: string;
}

/** What may be sent with a question. */
export interface MessageBody {
  text?: string;
  choice?: string;
  client_id: string;
  lang?: Lang;
  as_of?: string;
  licensed_on?: string;
}
