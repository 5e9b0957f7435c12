/** What went wrong, in words. */
import { Refused, Unreachable } from "./api";
import { common } from "./language";

/** Return what to say about an error of a call; one that is none of them is a mistake of ours and is thrown on. */
export function inWords(error: unknown): string {
  if (error instanceof Refused) return error.message;
  if (error instanceof Unreachable) return common().unreachable;
  throw error;
}

/** Tell whether a call ended because nobody waits for it any more. */
export function isAborted(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}
