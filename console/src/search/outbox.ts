/**
 * Calls on their way into the log. Each is kept in the browser first and goes once the portal has it, so that
 * none is lost while the portal is away, the page is closed or the session ends; its id makes one call of
 * what arrives twice. There is nothing about the caller in it.
 *
 * What waits belongs to who logged it: it is sent in nobody else's name, and stays when they sign out.
 */
import { uuid } from "@heza/widget/uuid";
import { type Api, Refused, Unreachable } from "../api";
import { type Place, transact } from "../database";
import type { Lang } from "../types";

const PLACE: Place = { database: "heza-staff-calls", store: "calls", keyPath: "client_id" };
/** How long the portal takes a call for; an older one is given up. */
const LONGEST = 31 * 86_400_000;
/** An officer with the next caller on the line waits no longer than this. */
const PATIENCE = 3_000;
const RETRY_AFTER = 10_000;
/** Refusals that say something about the session or the moment, and nothing about the call. */
const NOT_NOW = [401, 403, 408, 429];

export interface Call {
  topic: string;
  lang: Lang;
  entry?: string;
  version?: number;
  solved: boolean;
}

interface Kept {
  client_id: string;
  /** Name of the account. */
  by: string;
  /** Milliseconds, by the clock of this computer; only the difference to now is sent. */
  at: number;
  call: Call;
}

export interface OutboxListener {
  /** So many calls wait to be sent. */
  pending(many: number): void;
  /** So many that had waited are logged now. */
  sent(many: number): void;
  /** The portal does not take a call that had waited. */
  refused(error: unknown): void;
}

export class Outbox {
  #api: Api | null = null;
  #name = "";
  #listener: OutboxListener | null = null;
  /** One act at a time, in the order of asking. */
  #last: Promise<unknown> = Promise.resolve();
  #retrying: ReturnType<typeof setTimeout> | undefined;

  watch(listener: OutboxListener): void {
    this.#listener = listener;
  }

  /** Begin to work for somebody, and send what they left behind. */
  begin(api: Api, name: string): void {
    this.#api = api;
    this.#name = name;
    void this.flush();
  }

  /** Nobody is signed in any more; what waits stays. */
  end(): void {
    this.#api = null;
    clearTimeout(this.#retrying);
    this.#listener?.pending(0);
  }

  /**
   * Log a call; tell whether the portal has it already. False: it is kept, and sent as soon as that is possible.
   *
   * @throws Refused the portal does not take it, and it is not kept
   * @throws Unreachable it can be neither sent nor kept
   */
  async log(call: Call): Promise<boolean> {
    const kept: Kept = { client_id: uuid(), by: this.#name, at: Date.now(), call };
    const isKept = await keep(kept);
    const sending = this.#inTurn(() => this.#send(kept).finally(() => this.#tell()));
    const tired = new Promise<"tired">((resolve) => setTimeout(() => resolve("tired"), PATIENCE));
    const first = await Promise.race([sending, tired]);
    if (!isKept && first !== true) throw new Unreachable();
    if (first === "tired") sending.catch((error) => this.#listener?.refused(error));
    return first === true;
  }

  /** Send what waits. */
  flush(): Promise<void> {
    return this.#inTurn(async () => {
      let sent = 0;
      for (const kept of await this.#mine()) {
        try {
          if (!(await this.#send(kept))) break; // the next one would fare no better
          sent += 1;
        } catch (error) {
          this.#listener?.refused(error);
        }
      }
      if (sent) this.#listener?.sent(sent);
      await this.#tell();
    });
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(act);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** Send one; tell whether the portal has it. It is forgotten only once the portal has decided. */
  async #send(kept: Kept): Promise<boolean> {
    const { client_id, by, at, call } = kept;
    if (!this.#api || by !== this.#name) return false; // somebody else has signed in meanwhile
    const seconds_ago = Math.max(0, Math.round((Date.now() - at) / 1000));
    try {
      await this.#api.post("/calls", { ...call, client_id, seconds_ago });
    } catch (error) {
      if (mayWait(error)) return false;
      if (isGone(error) && call.entry) return this.#send({ ...kept, call: withoutEntry(call) });
      await forget(client_id);
      throw error;
    }
    await forget(client_id);
    return true;
  }

  /** What waits of who is signed in, the oldest first; what nobody came back for is dropped. */
  async #mine(): Promise<Kept[]> {
    const all = await everything();
    const oldest = Date.now() - LONGEST;
    for (const { client_id } of all.filter(({ at }) => at < oldest)) await forget(client_id);
    const mine = all.filter(({ at, by }) => at >= oldest && by === this.#name);
    return mine.sort((one, other) => one.at - other.at);
  }

  /** Say how many wait, and try again after a while if there are any. */
  async #tell(): Promise<void> {
    const many = (await this.#mine()).length;
    if (!this.#api) return;
    this.#listener?.pending(many);
    clearTimeout(this.#retrying);
    if (many) this.#retrying = setTimeout(() => void this.flush(), RETRY_AFTER);
  }
}

/** The calls of this browser. */
export const outbox = new Outbox();

/** Keep a call; false where the browser has no database for it. */
function keep(kept: Kept): Promise<boolean> {
  return transact(PLACE, "readwrite", (store) => store.put(kept)).then(
    () => true,
    () => false,
  );
}

async function everything(): Promise<Kept[]> {
  return ((await transact(PLACE, "readonly", (store) => store.getAll()).catch(() => [])) ?? []) as Kept[];
}

async function forget(client_id: string): Promise<void> {
  await transact(PLACE, "readwrite", (store) => store.delete(client_id)).catch(() => undefined);
}

function mayWait(error: unknown): boolean {
  if (error instanceof Unreachable) return true;
  return error instanceof Refused && (NOT_NOW.includes(error.status) || error.status >= 500);
}

function isGone(error: unknown): boolean {
  return error instanceof Refused && error.status === 404;
}

/** An entry that is gone by now is left out: the call was made all the same. */
function withoutEntry({ topic, lang, solved }: Call): Call {
  return { topic, lang, solved };
}
