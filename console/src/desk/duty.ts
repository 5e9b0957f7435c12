/**
 * Who is at the desk, and who waits: for the whole console, so that an officer who looks something up on
 * another page stays there and hears of a new visitor.
 */
import type { Api } from "../api";
import type { Handoff, Queue } from "./types";

const BEAT_EVERY = 15_000;
const LOOK_EVERY = 3000;
const LOOK_FROM_ELSEWHERE = 10_000;

export class Duty {
  queue: Queue | null = null;
  /** When the queue was read, by the clock of the browser. */
  readAt = 0;
  /** Whether the officer is at the desk; null until they have been there. */
  on: boolean | null = null;
  #api: Api | null = null;
  #me = "";
  #watchers = new Set<() => void>();
  #shown = 0;
  #looking: ReturnType<typeof setTimeout> | undefined;
  #beating: ReturnType<typeof setInterval> | undefined;
  /** How often it began: what an earlier session asked for is not taken up any more. */
  #run = 0;

  /** Begin for somebody who has signed in. */
  begin(api: Api, me: string): void {
    this.end();
    this.#api = api;
    this.#me = me;
    this.#beating = setInterval(() => void this.#beat(), BEAT_EVERY);
    void this.look();
  }

  /** Stop: nobody is signed in any more. */
  end(): void {
    this.#run += 1;
    clearTimeout(this.#looking);
    clearInterval(this.#beating);
    this.#api = null;
    this.queue = null;
    this.on = null;
    this.#changed();
  }

  /** Come to the desk, or leave it. */
  set(on: boolean): void {
    this.on = on;
    this.#changed();
    void this.#beat().then(() => this.look());
  }

  /** Tell when something has changed, until the signal ends it; `shown`: the desk is what is looked at. */
  watch(changed: () => void, signal: AbortSignal | null, shown = false): void {
    this.#watchers.add(changed);
    if (shown) this.#shown += 1;
    signal?.addEventListener("abort", () => {
      this.#watchers.delete(changed);
      if (shown) this.#shown -= 1;
    });
    if (shown) void this.look();
  }

  get waiting(): Handoff[] {
    return this.#in("queued");
  }

  get mine(): Handoff[] {
    return this.#in("claimed").filter(({ officer }) => officer === this.#me);
  }

  get others(): Handoff[] {
    return this.#in("claimed").filter(({ officer }) => officer !== this.#me);
  }

  /** For how long somebody has waited by now, in seconds. */
  waited({ state, waiting_seconds }: Handoff): number {
    return waiting_seconds + (state === "queued" ? (performance.now() - this.readAt) / 1000 : 0);
  }

  /** Read the queue now, and from then on again and again. */
  async look(): Promise<void> {
    clearTimeout(this.#looking);
    const run = this.#run;
    if (!this.#api) return;
    try {
      const queue = await this.#api.get<Queue>("/desk/queue");
      if (run !== this.#run) return;
      this.queue = queue;
      this.readAt = performance.now();
      // After the page was loaded anew: who has a conversation is at the desk.
      if (this.on === null && this.mine.length) this.set(true);
    } catch {
      // The frame says that the portal is away, or that the session is over; the next look may do better.
      if (run !== this.#run) return;
    }
    this.#changed();
    clearTimeout(this.#looking);
    this.#looking = setTimeout(() => void this.look(), this.#shown ? LOOK_EVERY : LOOK_FROM_ELSEWHERE);
  }

  /** Say that the officer is there; who has a conversation is, whatever they say. */
  async #beat(): Promise<void> {
    if (this.on || this.mine.length) await this.#api?.post("/desk/heartbeat").catch(() => undefined);
  }

  #in(state: Handoff["state"]): Handoff[] {
    return this.queue?.handoffs.filter((one) => one.state === state) ?? [];
  }

  #changed(): void {
    for (const changed of this.#watchers) changed();
  }
}

/** The one of this page. */
export const duty = new Duty();
