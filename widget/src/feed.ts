/**
 * What happens in the conversation, as it happens: a stream of events over `fetch` (the token stays out
 * of the address, and an error is no end), with polling where the portal or a proxy gives no stream.
 * Ids make a new connection go on where the last one broke off.
 */
import { type Client, Refused } from "./client";
import { EventParser } from "./sse";
import type { Incoming } from "./types";

const FIRST_WAIT = 1000;
const LONGEST_WAIT = 30_000;
const POLL_EVERY = 5000;
const POLL_WHILE_AWAITED = 1000;
const TRY_STREAM_AGAIN = 60_000;
const SILENCE = 45_000; // three pings of the portal
const FAILURES_BEFORE_POLLING = 3;
const HIDDEN_FOR = 600_000;

export type Link = "live" | "polling" | "down";

export interface FeedListener {
  received(event: Incoming): void;
  linked(link: Link): void;
  /** The token is no longer good. */
  ended(): void;
}

/** The events of one session. */
export class Feed {
  link: Link = "polling";
  /** Whether an answer is awaited, so that polling is quicker. */
  awaiting = false;
  #lastId = "";
  #failures = 0;
  #streamAfter = 0; // moment before which no stream is tried
  #stop = new AbortController();
  #wake: () => void = () => {};
  #hiddenSince: number | null = null;

  constructor(
    readonly client: Client,
    readonly token: string,
    readonly listener: FeedListener,
  ) {}

  /** Follow the conversation until `close`. */
  async run(): Promise<void> {
    document.addEventListener("visibilitychange", this.#visibility);
    window.addEventListener("online", this.#online);
    while (!this.#stop.signal.aborted) {
      try {
        if (Date.now() >= this.#streamAfter) await this.#stream();
        else await this.#poll();
      } catch (error) {
        if (this.#stop.signal.aborted) break;
        if (error instanceof Refused && error.wantsNewSession) return this.listener.ended();
        await this.#failed(error);
      }
    }
  }

  close(): void {
    this.#stop.abort();
    this.#wake();
    document.removeEventListener("visibilitychange", this.#visibility);
    window.removeEventListener("online", this.#online);
  }

  /** Ask for what is new now. */
  async refresh(): Promise<void> {
    const { events } = await this.client.events(this.token, this.#lastId || "0");
    for (const { id, event, data } of events) this.#take({ id: `${id ?? ""}`, event, data });
  }

  async #stream(): Promise<void> {
    const broken = new AbortController();
    const { signal } = broken;
    this.#stop.signal.addEventListener("abort", () => broken.abort());
    let silence = setTimeout(() => broken.abort(), SILENCE);
    try {
      const response = await this.client.stream(this.token, this.#lastId, signal);
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
      const parser = new EventParser();
      this.#link("live");
      while (reader) {
        const { done, value } = await reader.read();
        if (done) break;
        clearTimeout(silence);
        silence = setTimeout(() => broken.abort(), SILENCE);
        this.#failures = 0;
        for (const { id, event, data } of parser.push(value))
          this.#take({ id, event, data: JSON.parse(data) });
      }
      throw new Error("the stream ended");
    } finally {
      clearTimeout(silence);
    }
  }

  async #poll(): Promise<void> {
    await this.refresh();
    this.#link("polling");
    await this.#pause(this.awaiting ? POLL_WHILE_AWAITED : POLL_EVERY);
  }

  async #failed(error: unknown): Promise<void> {
    if (error instanceof Refused && error.isMissing && Date.now() >= this.#streamAfter) {
      this.#streamAfter = Number.POSITIVE_INFINITY; // this portal has no stream
      return;
    }
    this.#failures += 1;
    if (this.#failures >= FAILURES_BEFORE_POLLING) {
      this.#streamAfter = Math.max(this.#streamAfter, Date.now() + TRY_STREAM_AGAIN);
      this.#link("down");
    } else if (this.link === "live") this.#link("polling");
    const ceiling = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.#failures);
    await this.#pause(Math.random() * ceiling); // full jitter
  }

  #take(event: Incoming): void {
    if (event.id) this.#lastId = event.id;
    this.listener.received(event);
  }

  #link(link: Link): void {
    if (link !== "down" && link !== "live") this.#failures = 0;
    if (link === this.link) return;
    this.link = link;
    this.listener.linked(link);
  }

  /** Wait, but no longer than until something happens; a page that stays hidden waits until it is seen. */
  async #pause(milliseconds: number): Promise<void> {
    const asleep = this.#hiddenSince !== null && Date.now() - this.#hiddenSince > HIDDEN_FOR;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      if (!asleep) setTimeout(resolve, milliseconds);
    });
  }

  #visibility = (): void => {
    this.#hiddenSince = document.hidden ? Date.now() : null;
    if (!document.hidden) this.#wake();
  };

  #online = (): void => {
    this.#failures = 0;
    this.#wake();
  };
}
