/** What a conversation consists of, and what it tells those who show it. */
import type { Link } from "./feed";
import type { AgentMessage, Lang, StateEvent, Turn } from "./types";

export type QuestionStatus = "sending" | "waiting" | "unsent" | "failed" | "done";

export interface Question {
  kind: "question";
  key: string;
  text: string;
  lang: Lang;
  status: QuestionStatus;
  /** Why it was not sent, in words for the visitor. */
  trouble?: string;
  /** The id of its turn, once the portal has stored it. */
  turn?: string;
}

export interface Answer {
  kind: "turn";
  key: string;
  turn: Turn;
  /** The id of the suggestion that was chosen. */
  chosen?: string;
  /** No suggestion can be chosen any more. */
  closed?: boolean;
  vote?: "up" | "down";
}

export interface FromOfficer {
  kind: "agent";
  key: string;
  message: AgentMessage;
}

export interface Mark {
  kind: "state";
  key: string;
  state: StateEvent;
}

export type Item = Question | Answer | FromOfficer | Mark;

export interface ConversationListener {
  /** Items came, went or changed; `fresh` ones are worth telling aloud. */
  changed(fresh: Item[]): void;
  typing(who: "assistant" | "officer" | null): void;
  linked(link: Link): void;
  /** A message was refused for what it says; its text goes back to where it was written. */
  rejected(text: string, why: string): void;
  renewed(): void;
  erased(): void;
}

/** Return the question of a turn that was asked elsewhere or earlier. */
export function asked(turn: Turn): Question {
  const key = `question ${turn.id}`;
  return { kind: "question", key, text: turn.question, lang: turn.lang, status: "done", turn: turn.id };
}
