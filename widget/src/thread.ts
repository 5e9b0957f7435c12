/** The items of a conversation: which belongs to which, which is over. */
import type { Item, Question } from "./items";
import type { HandoffState, Turn } from "./types";

function questions(items: Item[]): Question[] {
  return items.filter((one): one is Question => one.kind === "question");
}

/** The question that was shown under a key. */
export function questionOf(items: Item[], key: string): Question | undefined {
  return questions(items).find((one) => one.key === key);
}

/** The question that a turn answers: known by its id, else the one that is being sent just now. */
export function answered(items: Item[], turn: Turn, elsewhere: boolean): Question | undefined {
  const sending = questions(items).filter((one) => one.status === "sending" && !one.turn);
  return (
    questions(items).find((one) => one.turn === turn.id) ??
    sending.find((one) => one.text === turn.question) ??
    (elsewhere ? undefined : sending[0]) // the portal masks personal data, so words may differ
  );
}

/** Whether an answer is still to come. */
export function isAwaiting(items: Item[]): boolean {
  return questions(items).some((one) => one.status === "sending" || one.status === "waiting");
}

/** Let no suggestion be chosen any more. */
export function closeAll(items: Item[]): void {
  for (const one of items) if (one.kind === "turn") one.closed = true;
}

/** The items without those that a new state of the hand-off replaces. */
export function withoutReplaced(items: Item[], state: HandoffState): Item[] {
  const last = items.at(-1);
  // A new place in the queue replaces the old one, a ticket with its secret the one without.
  return items.filter(
    (one) =>
      one.kind !== "state" ||
      one.state.state !== state.state ||
      (state.code ? one.state.code !== state.code : one !== last),
  );
}
