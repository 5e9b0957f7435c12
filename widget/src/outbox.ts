/** Messages that the portal does not have yet, oldest first; they outlive the page. */
import { kept } from "./storage";
import type { Lang, MessageBody } from "./types";

/** What is kept of a message until the portal has it. */
export interface Unsent {
  body: MessageBody;
  shown: string;
  lang: Lang;
}

export function unsentMessages(): Unsent[] {
  return kept.get<Unsent[]>("outbox") ?? [];
}

/** Keep these for the next page. */
export function keepUnsent(queue: Unsent[]): Unsent[] {
  kept.set("outbox", queue.length ? queue : null);
  return queue;
}

/** Keep a message no longer. */
export function settled(queue: Unsent[], key: string): Unsent[] {
  return keepUnsent(queue.filter((one) => one.body.client_id !== key));
}
