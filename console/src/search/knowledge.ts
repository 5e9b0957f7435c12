/** Where results and cards come from: the portal, or the copy while it cannot be reached. */
import { type Api, Unreachable } from "../api";
import { openCopy } from "./copy";
import { LocalSearch } from "./local";
import type { Card, CardQuery, RecordDates, Result } from "./types";
import type { Lang } from "../types";

const MOST = 8;

export interface Found {
  results: Result[];
  /** The day of the copy that they come from; null: the portal says so now. */
  copied: string | null;
}

export class Knowledge {
  #local: LocalSearch | null = null;

  constructor(private readonly api: Api) {}

  async search(q: string, lang: Lang, signal: AbortSignal): Promise<Found> {
    try {
      const query = { q, lang, limit: MOST };
      const { results } = await this.api.get<{ results: Result[] }>("/search", query, signal);
      return { results, copied: null };
    } catch (error) {
      const local = await this.#fallBack(error);
      return { results: local.search(q, lang, MOST), copied: local.copied.made_on };
    }
  }

  /** Return a card; null if there is none (any more). */
  async card(query: CardQuery, signal: AbortSignal): Promise<Card | null> {
    const { entry, ...more } = query;
    try {
      const path = `/card/${encodeURIComponent(entry)}`;
      const card = await this.api.get<Omit<Card, "record" | "lines" | "copied"> & RecordDates>(
        path,
        more,
        signal,
      );
      const { collected_on, verified_on, review_by, owner } = card;
      return { ...card, record: { collected_on, verified_on, review_by, owner }, lines: [], copied: null };
    } catch (error) {
      return (await this.#fallBack(error)).card(query);
    }
  }

  /** Return the copy if the portal cannot be reached; any other error is thrown on. */
  async #fallBack(error: unknown): Promise<LocalSearch> {
    if (!(error instanceof Unreachable)) throw error;
    const offline = await openCopy();
    if (!offline) throw error;
    if (this.#local?.copied.release === offline.content.release) return this.#local;
    this.#local = new LocalSearch(offline.content);
    return this.#local;
  }
}
