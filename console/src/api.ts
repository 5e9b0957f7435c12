/** The calls of the staff API: same origin, cookie and token of the session, everything limited in time. */
import { lang } from "./language";

const ROOT = "/staff/api";
const TIME_LIMIT = 20_000;

/** No answer arrived, or none that could be read. */
export class Unreachable extends Error {}

/** The portal answered with a problem (RFC 9457); `message` says it in the language of the console. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    /** What `docs/staff-api.md` calls it, such as `not_yours`. */
    readonly key: string,
    detail: string,
    /** Seconds to wait, if the portal named any. */
    readonly retryAfter: number | null,
    /** The whole problem, for members of its own. */
    readonly problem: Record<string, unknown>,
  ) {
    super(detail);
  }
}

/** What the rest of the console is told about calls. */
export interface ApiListener {
  /** The session is over. */
  signedOut(): void;
  /** The portal answered, or could not be reached. */
  reached(yes: boolean): void;
}

type Query = Record<string, string | number | boolean | null | undefined>;

interface Options {
  query?: Query | undefined;
  body?: unknown;
  signal?: AbortSignal | undefined;
  headers?: Record<string, string>;
}

export class Api {
  /** The token that goes with every change; `me` and signing in return it. */
  csrf = "";

  constructor(private readonly listener: ApiListener) {}

  /** Read; what is empty of the query stays out. */
  get = <T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> =>
    this.#json("GET", path, { query, signal });

  /** Act; `undefined` is returned where the portal says nothing (204). */
  post = <T = void>(path: string, body?: unknown, signal?: AbortSignal): Promise<T> =>
    this.#json("POST", path, { body: body ?? {}, signal });

  put = <T = void>(path: string, body: unknown, signal?: AbortSignal): Promise<T> =>
    this.#json("PUT", path, { body, signal });

  delete = <T = void>(path: string, signal?: AbortSignal): Promise<T> =>
    this.#json("DELETE", path, { signal });

  /** A file for saving, such as an export. */
  blob = async (path: string, query?: Query): Promise<Blob> =>
    (await this.call("GET", path, { query })).blob();

  /** Call and return the response, whose status is one of success or 304. */
  async call(method: string, path: string, options: Options = {}): Promise<Response> {
    const headers: Record<string, string> = { "Accept-Language": lang(), ...options.headers };
    if (method !== "GET") headers["X-CSRF-Token"] = this.csrf;
    const init: RequestInit = { method, headers, credentials: "same-origin", cache: "no-store" };
    if (options.body !== undefined) {
      headers["Content-Type"] = "application/json";
      init.body = JSON.stringify(options.body);
    }
    const limit = AbortSignal.timeout(TIME_LIMIT);
    init.signal = options.signal ? AbortSignal.any([options.signal, limit]) : limit;
    let response: Response;
    try {
      response = await fetch(ROOT + path + written(options.query), init);
    } catch (error) {
      if (options.signal?.aborted) throw error; // nobody waits for it any more
      this.listener.reached(false);
      throw new Unreachable();
    }
    // A proxy in front that finds nobody behind it is no portal.
    this.listener.reached(response.status < 502 || response.status > 504 || isProblem(response));
    if (response.ok || response.status === 304) return response;
    throw await this.#refusal(response);
  }

  async #json<T>(method: string, path: string, options: Options): Promise<T> {
    const response = await this.call(method, path, options);
    if (response.status === 204) return undefined as T;
    try {
      return (await response.json()) as T;
    } catch (error) {
      if (options.signal?.aborted) throw error;
      throw new Unreachable();
    }
  }

  async #refusal(response: Response): Promise<Error> {
    if (!isProblem(response)) return new Unreachable();
    const problem = ((await response.json().catch(() => null)) ?? {}) as Record<string, unknown>;
    const key = textOf(problem.type).replace(/^urn:heza:problem:/, "");
    if (key === "staff_sign_in") this.listener.signedOut();
    const wait = Number(response.headers.get("Retry-After") ?? Number.NaN);
    const detail = textOf(problem.detail) || textOf(problem.title) || `HTTP ${response.status}`;
    return new Refused(response.status, key, detail, Number.isFinite(wait) ? wait : null, problem);
  }
}

function textOf(member: unknown): string {
  return typeof member === "string" ? member : "";
}

function isProblem(response: Response): boolean {
  return (response.headers.get("Content-Type") ?? "").startsWith("application/problem+json");
}

function written(query: Query = {}): string {
  const given = Object.entries(query).filter(([, value]) => value != null && value !== "");
  return given.length ? `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}` : "";
}
