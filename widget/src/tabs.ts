/**
 * Several tabs of one site in step: what one sends or erases, the others show, and a new tab takes
 * over the running session. The channel reaches only pages of the same origin, as storage does.
 */
import type { SessionGrant } from "./client";
import type { Incoming } from "./types";

export type TabMessage =
  | { kind: "hello" }
  | { kind: "session"; session: SessionGrant }
  | { kind: "event"; event: Incoming }
  | { kind: "erased" };

const ANSWER_WITHIN = 150;

export class Tabs {
  #channel: BroadcastChannel | null = null;

  constructor(name: string, heard: (message: TabMessage) => void) {
    if (typeof BroadcastChannel === "undefined") return;
    this.#channel = new BroadcastChannel(name);
    this.#channel.onmessage = ({ data }) => heard(data as TabMessage);
  }

  say(message: TabMessage): void {
    this.#channel?.postMessage(message);
  }

  /** Ask the other tabs for their session and give them a moment to answer. */
  async ask(): Promise<void> {
    if (!this.#channel) return;
    this.say({ kind: "hello" });
    await new Promise((resolve) => setTimeout(resolve, ANSWER_WITHIN));
  }

  close(): void {
    this.#channel?.close();
  }
}
