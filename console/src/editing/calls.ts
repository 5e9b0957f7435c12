/** The calls of the editing pages. */
import type { Api } from "../api";
import { Refused } from "../api";
import type {
  Brief,
  Checked,
  Choices,
  Data,
  Item,
  Outdated,
  Problem,
  Proposal,
  Review,
  Topic,
  Version,
} from "./data";

const ROOT = "/editing";

export class Calls {
  constructor(
    private readonly api: Api,
    private readonly signal: AbortSignal,
  ) {}

  choices = (): Promise<Choices> => this.api.get(`${ROOT}/form`, {}, this.signal);
  item = (id: string): Promise<Item> => this.api.get(`${ROOT}/item`, { id }, this.signal);
  review = (days: number): Promise<Review> => this.api.get(`${ROOT}/review`, { days }, this.signal);
  proposal = (id: string): Promise<Proposal> => this.api.get(`${ROOT}/proposals/${id}`, {}, this.signal);

  check = (data: Data, signal: AbortSignal): Promise<Checked> =>
    this.api.post(`${ROOT}/check`, { data }, signal);

  async history(id: string): Promise<Version[]> {
    return (await this.api.get<{ versions: Version[] }>(`${ROOT}/history`, { id }, this.signal)).versions;
  }

  async proposals(): Promise<Brief[]> {
    return (await this.api.get<{ proposals: Brief[] }>(`${ROOT}/proposals`, {}, this.signal)).proposals;
  }

  async topics(): Promise<Topic[]> {
    return (await this.api.get<{ topics: Topic[] }>(`${ROOT}/topics`, {}, this.signal)).topics;
  }

  /** Keep a draft; it goes on after the page is left, so that nothing gets lost. */
  save = (id: string | null, data: Data, base: number, note: string): Promise<Brief> =>
    id
      ? this.api.put(`${ROOT}/proposals/${id}`, { data, base, note })
      : this.api.post(`${ROOT}/proposals`, { data, base, note });

  propose = (id: string, startsAt: string | null): Promise<Brief> =>
    this.api.post(`${ROOT}/proposals/${id}/propose`, startsAt ? { starts_at: startsAt } : {});

  approve = (id: string, digest: string): Promise<Brief> =>
    this.api.post(`${ROOT}/proposals/${id}/approve`, { digest });

  refuse = (id: string, reason: string): Promise<Brief> =>
    this.api.post(`${ROOT}/proposals/${id}/refuse`, { reason });

  takeBack = (id: string): Promise<Brief> => this.api.post(`${ROOT}/proposals/${id}/take-back`);
  discard = (id: string): Promise<void> => this.api.delete(`${ROOT}/proposals/${id}`);

  rollBack = (id: string, version: number, base: number, reason: string): Promise<{ version: number }> =>
    this.api.post(`${ROOT}/roll-back`, { id, version, base, reason });

  verify = (id: string, version: number, against: string, reviewBy: string): Promise<{ version: number }> =>
    this.api.post(`${ROOT}/verify`, { id, version, against, ...(reviewBy ? { review_by: reviewBy } : {}) });

  switch = (topic: string, off: boolean, reason: string): Promise<{ topics: Topic[] }> =>
    this.api.post(`${ROOT}/topics`, { topic, off, reason });
}

/** What somebody else has changed in the meantime, if that is why a call was refused. */
export function outdatedBy(error: unknown): Outdated | null {
  if (!(error instanceof Refused) || error.key !== "outdated") return null;
  return error.problem as unknown as Outdated;
}

/** What is wrong with the content, if that is why a call was refused. */
export function problemsOf(error: unknown): Problem[] | null {
  if (!(error instanceof Refused) || error.key !== "entry_problems") return null;
  return error.problem.problems as Problem[];
}
