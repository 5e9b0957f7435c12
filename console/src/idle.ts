/**
 * The end of a session: after some time without use, and in any case after a day's work.
 *
 * What counts is what the officer does, in any tab; calls that pages make by themselves do not. While the
 * officer works without calls, the portal is asked from time to time, so that its own clock agrees.
 */
import type { Me } from "./types";

const LOOK_EVERY = 5_000;
const ASK_EVERY = 60_000;
const WARN_BEFORE = 120_000;
const ACTS = ["keydown", "pointerdown", "wheel", "touchstart"] as const;

export interface IdleListener {
  /** The session ends in so many milliseconds; `fixed`: nothing can put that off. */
  ending(left: number, fixed: boolean): void;
  /** It does not end soon (any more). */
  safe(): void;
  /** It is over. */
  ended(): void;
  /** Ask the portal, so that it knows that somebody is at work. */
  ask(): void;
}

export class Idle {
  readonly #controller = new AbortController();
  readonly #channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("heza-staff");
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #idle: number;
  readonly #ends: number;
  #acted: number;
  #asked: number;
  #warned = false;

  /** @param now the portal's clock may differ from that of the computer: its time when `me` was said */
  constructor(
    me: Me,
    now: number,
    private readonly listener: IdleListener,
  ) {
    const present = performance.now();
    this.#idle = Date.parse(me.idle_ends_at) - now;
    this.#ends = present + Date.parse(me.ends_at) - now;
    this.#acted = this.#asked = present;
    const { signal } = this.#controller;
    for (const act of ACTS)
      addEventListener(act, () => this.#act(), { signal, passive: true, capture: true });
    if (this.#channel)
      this.#channel.onmessage = ({ data }) => {
        if (data === "acted") this.#acted = performance.now();
        else if (data === "signed-out") this.#end();
      };
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY);
  }

  /** Tell the other tabs that the session is over, and stop. */
  signedOut(): void {
    this.#channel?.postMessage("signed-out");
    this.stop();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#controller.abort();
    this.#channel?.close();
  }

  #act(): void {
    const present = performance.now();
    if (present - this.#acted > 1000) this.#channel?.postMessage("acted");
    this.#acted = present;
    if (this.#warned) this.#look();
  }

  #look(): void {
    const present = performance.now();
    const fixed = this.#ends - present;
    const left = Math.min(fixed, this.#acted + this.#idle - present);
    if (left <= 0) return this.#end();
    if (left < WARN_BEFORE) {
      this.#warned = true;
      this.listener.ending(left, left === fixed);
    } else if (this.#warned) {
      this.#warned = false;
      this.listener.safe();
    }
    if (this.#acted > this.#asked && present - this.#asked > ASK_EVERY) {
      this.#asked = present;
      this.listener.ask();
    }
  }

  #end(): void {
    this.stop();
    this.listener.ended();
  }
}
