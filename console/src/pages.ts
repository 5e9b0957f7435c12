/**
 * The pages of the console. A page is a module `pages/<name>.ts` that exports `page`; nothing else has to
 * know about it. It appears in the navigation for those who have its permission.
 */
import type { IconName } from "./icons";
import type { Api } from "./api";
import type { Route } from "./router";
import type { Me, Permission } from "./types";

export interface Page {
  /** The first part of its address, `#/name`. */
  readonly name: string;
  /** What it takes to see it; null: being signed in is enough. */
  readonly permission: Permission | null;
  /** Its place in the navigation, lowest first; a page without one is reached from elsewhere. */
  readonly place?: number;
  readonly icon?: IconName;
  /** Its name in the language of the console. */
  title(): string;
  /** Show it in `visit.main`, which is empty; called anew when the language changes. */
  mount(visit: Visit): Mounted | void;
}

/** What a page may want to know while it is shown. */
export interface Mounted {
  /** The address has changed, but not the page; without this the page is mounted anew. */
  update?(route: Route): void;
  /** The page goes. Whatever takes `visit.signal` ends by itself. */
  unmount?(): void;
}

/** What a page gets to work with. */
export interface Visit {
  /** Where to put it; below the heading, which the frame shows. */
  readonly main: HTMLElement;
  readonly route: Route;
  readonly api: Api;
  readonly me: Me;
  /** Aborted when the page goes: for calls, listeners, timers. */
  readonly signal: AbortSignal;
  may: (permission: Permission) => boolean;
  /** Go to an address (`router.address`). */
  go: (address: string) => void;
  /** Change the address without leaving the page and without a new step in the history. */
  note: (address: string) => void;
  /** A key of this page; shown in the help (`?`). Not called while somebody writes into a field. */
  shortcut(key: string, says: string, act: () => void): void;
  /** Say what was done, in passing. */
  toast: (text: string) => void;
  /** Say what went wrong; calls of a page that is gone are passed over. */
  complain: (error: unknown) => void;
  /** Tell screen readers something that is seen anyway. */
  announce: (text: string) => void;
  /** Whether the portal answered last time. */
  online: () => boolean;
}

const found = import.meta.glob<{ page: Page }>("./pages/*.ts", { eager: true });

/** All pages in the order of the navigation. */
export const PAGES: Page[] = Object.values(found)
  .map(({ page }) => page)
  .sort((one, other) => (one.place ?? 1000) - (other.place ?? 1000));

/** The pages that somebody may see. */
export function allowed(permissions: Permission[], pages = PAGES): Page[] {
  return pages.filter(({ permission }) => permission === null || permissions.includes(permission));
}
