/**
 * The read-only copy of all entries, kept in the browser (IndexedDB) for the time without a server.
 *
 * It belongs to a session: it goes when somebody signs out or the session ends, and what is found older
 * than that is neither shown nor kept. It holds what is published, and the name of who is signed in.
 */
import type { Api } from "../api";
import { type Place, transact } from "../database";
import type { Me } from "../types";

const PLACE: Place = { database: "heza-staff", store: "copy" };
const KEY = "copy";

export interface CopiedFacet {
  facet: string;
  label: string;
  aloud: string | null;
  text: string;
  caveats: string[];
}

export interface CopiedText {
  name: string;
  aliases: string[];
  sources: string[];
  facets: CopiedFacet[];
}

export interface CopiedEntry {
  entry: string;
  version: number;
  kind: string;
  vi: CopiedText;
  en: CopiedText;
}

export interface Copied {
  made_on: string;
  release: string;
  entries: CopiedEntry[];
}

interface Kept {
  etag: string;
  content: Copied;
  /** When it was last found to be that of the portal. */
  checked_at: string;
  name: string;
  ends_at: string;
}

/** What is left of a session without a server: who works, until when, with which copy. */
export interface Offline {
  content: Copied;
  checkedAt: string;
  me: Me;
}

/** Get the copy if it is not the one that is kept, and note that it holds. */
export async function refreshCopy(api: Api, me: Me): Promise<void> {
  const kept = await read().catch(() => null);
  const headers: Record<string, string> = kept ? { "If-None-Match": kept.etag } : {};
  const response = await api.call("GET", "/copy", { headers });
  const content = response.status === 304 && kept ? kept.content : ((await response.json()) as Copied);
  const etag = response.status === 304 && kept ? kept.etag : (response.headers.get("ETag") ?? "");
  const checked_at = new Date().toISOString();
  await transact(PLACE, "readwrite", (store) =>
    store.put({ etag, content, checked_at, name: me.name, ends_at: me.ends_at } satisfies Kept, KEY),
  );
}

/** Return what can be worked with now; null if there is none, or its session is over by now. */
export async function openCopy(now = Date.now()): Promise<Offline | null> {
  const kept = await read().catch(() => null);
  if (!kept) return null;
  if (Date.parse(kept.ends_at) <= now) {
    await clearCopy();
    return null;
  }
  const me: Me = {
    name: kept.name,
    roles: [],
    permissions: ["read"],
    csrf: "",
    ends_at: kept.ends_at,
    idle_ends_at: kept.ends_at,
  };
  return { content: kept.content, checkedAt: kept.checked_at, me };
}

/** Forget it. Where there is no database there is nothing to forget. */
export async function clearCopy(): Promise<void> {
  await transact(PLACE, "readwrite", (store) => store.clear()).catch(() => undefined);
}

async function read(): Promise<Kept | null> {
  return ((await transact(PLACE, "readonly", (store) => store.get(KEY))) as Kept | undefined) ?? null;
}
