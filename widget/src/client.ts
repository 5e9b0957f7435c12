/** The calls of the public API (contract v1). Everything is limited in time. */
import type { About, HandoffState, Lang, MessageBody, PublicNotice, Turn } from "./types";

const TIME_LIMIT = 20_000;

/** No answer arrived, or none that could be read. */
export class Unreachable extends Error {}

/** The portal answered with a problem; `message` is its text for the visitor. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    detail: string,
    /** Seconds to wait, if the portal named any. */
    readonly retryAfter: number | null = null,
  ) {
    super(detail);
  }

  /** The token has ended, or its session was erased. */
  get wantsNewSession(): boolean {
    return this.status === 401 || this.status === 403;
  }

  /** This portal does not have the call. */
  get isMissing(): boolean {
    return this.status === 404 || this.status === 405 || this.status === 501;
  }
}

export interface SessionGrant {
  token: string;
  expires_at: string;
  lang: Lang;
}

interface Options {
  body?: unknown;
  token?: string;
  lang?: Lang;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** A client of one portal. */
export class Client {
  /** @param origin of the portal, without a slash at the end */
  constructor(readonly origin: string) {}

  session = (lang: Lang): Promise<SessionGrant> =>
    this.#json("POST", "/v1/session", { body: { lang, page: location.origin + location.pathname }, lang });

  /** Send a message; with `wait` the answer is the turn, without it the id under which it is stored. */
  message = (token: string, body: MessageBody, wait: boolean, lang: Lang): Promise<Turn | { id: string }> =>
    this.#json("POST", `/v1/messages${wait ? "?wait=true" : ""}`, { body, token, lang });

  events = (
    token: string,
    after: string,
  ): Promise<{ events: { id?: string | number; event: string; data: unknown }[] }> =>
    this.#json("GET", `/v1/messages?after=${encodeURIComponent(after)}`, { token });

  /** Open the stream of events; it stays open, so only its beginning is limited in time. */
  stream = (token: string, lastId: string, signal: AbortSignal): Promise<Response> => {
    const headers: Record<string, string> = { Accept: "text/event-stream" };
    if (lastId) headers["Last-Event-ID"] = lastId;
    return this.#call("GET", "/v1/stream", { token, headers, signal });
  };

  lookup = (token: string, code: string, factor: string, lang: Lang): Promise<Turn> =>
    this.#json("POST", "/v1/dossiers/lookup", { body: { code, factor }, token, lang });

  feedback = async (
    token: string,
    turn: string,
    value: string,
    lang: Lang,
    reason?: string,
  ): Promise<void> => {
    const body = { turn, value, ...(reason ? { reason } : {}) };
    await this.#call("POST", "/v1/feedback", { body, token, lang });
  };

  handoff = (token: string, body: Record<string, unknown>, lang: Lang): Promise<HandoffState> =>
    this.#json("POST", "/v1/handoff", { body, token, lang });

  ticket = (code: string, secret: string, lang: Lang): Promise<{ state: string; reply?: string | null }> =>
    this.#json("POST", "/v1/tickets/lookup", { body: { code, secret }, lang });

  transcript = async (token: string, format: string, lang: Lang): Promise<Blob> =>
    (await this.#call("GET", `/v1/transcript?format=${format}`, { token, lang })).blob();

  erase = async (token: string): Promise<void> => {
    await this.#call("DELETE", "/v1/session", { token });
  };

  notices = (): Promise<{ notices: PublicNotice[] }> => this.#json("GET", "/v1/notices", {});

  about = (): Promise<About> => this.#json("GET", "/v1/about", {});

  async #json<T>(method: string, path: string, options: Options): Promise<T> {
    const response = await this.#call(method, path, options);
    try {
      return (await response.json()) as T;
    } catch {
      throw new Unreachable();
    }
  }

  async #call(method: string, path: string, options: Options): Promise<Response> {
    const headers: Record<string, string> = { ...options.headers };
    if (options.body) headers["Content-Type"] = "application/json";
    if (options.lang) headers["Accept-Language"] = options.lang;
    if (options.token) headers.Authorization = `Bearer ${options.token}`;
    const init: RequestInit = { method, headers, credentials: "omit", cache: "no-store" };
    if (options.body) init.body = JSON.stringify(options.body);
    init.signal = options.signal ?? AbortSignal.timeout(TIME_LIMIT);
    let response: Response;
    try {
      response = await fetch(this.origin + path, init);
    } catch {
      throw new Unreachable();
    }
    if (!response.ok) throw await refusal(response);
    return response;
  }
}

async function refusal(response: Response): Promise<Error> {
  const problem = (await response.json().catch(() => null)) as { detail?: string; title?: string } | null;
  const wait = Number(response.headers.get("Retry-After") ?? Number.NaN);
  const detail = problem?.detail ?? problem?.title ?? `HTTP ${response.status}`;
  return new Refused(response.status, detail, Number.isFinite(wait) ? wait : null);
}
