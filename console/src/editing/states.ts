/** Where things stand, in words: proposals, versions, days. */
import { h } from "@heza/widget/dom";
import { moment, readable } from "@heza/widget/dates";
import { fill, lang } from "../language";
import { address } from "../router";
import type { Brief, State } from "./data";
import { words } from "./words";

const TONES: Partial<Record<State, string>> = { proposed: "warns", refused: "bad", failed: "bad" };

export function stateTag(state: State): HTMLElement {
  return h("span", { class: `tag ${TONES[state] ?? ""}` }, words()[`state_${state}`]);
}

/** What a proposal is waiting for or what became of it, in a sentence. */
export function standing(proposal: Brief): string {
  const t = words();
  const { state, decided_by: by, starts_at: starts, reason } = proposal;
  const when = starts ? moment(starts, lang()) : "";
  switch (state) {
    case "proposed":
      return when ? fill(t.waitsUntil, { when }) : t.waits;
    case "scheduled":
      return fill(t.scheduledFor, { by: by ?? "", when });
    case "refused":
      return fill(t.refusedBecause, { by: by ?? "", reason });
    case "failed":
      return fill(t.failedBecause, { reason });
    case "published":
      return fill(t.publishedAs, { by: by ?? "", version: proposal.version ?? "" });
    default:
      return "";
  }
}

/** A day as people write it. */
export const day = (date: string): string => readable(date, lang());

export const time = (at: string): string => moment(at, lang());

export function itemLink(id: string, name: string): HTMLElement {
  return h("a", { href: address("editing", ["item", id]) }, name);
}
