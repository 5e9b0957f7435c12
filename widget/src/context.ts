/** What the parts of the panel share. */
import type { Client } from "./client";
import type { Conversation } from "./conversation";
import type { Texts } from "./texts";
import type { Lang } from "./types";

export interface Context {
  readonly client: Client;
  readonly conversation: Conversation;
  /** Texts in the language of the panel. */
  t(): Texts;
  lang(): Lang;
  /** Tell something aloud, once. */
  announce(text: string): void;
  /** The code of the dossier that was last asked for; kept in this page only. */
  dossierCode: string;
  /** Calls that this portal turned out not to have. */
  readonly missing: Set<string>;
}
