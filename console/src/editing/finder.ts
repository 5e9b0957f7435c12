/** A box that finds entries while one types; what is found are links. */
import { h } from "@heza/widget/dom";
import { lang } from "../language";
import type { Visit } from "../pages";
import { isAborted } from "../problems";

const PAUSE = 150;
const MOST = 8;

export interface Hit {
  entry: string;
  name: string;
}

/**
 * Make the box; `/` leads to it.
 *
 * @param label its name
 * @param link leads where an entry that was found is to lead
 * @param more what is found besides entries; it stands first
 */
export function entryFinder(
  visit: Visit,
  label: string,
  link: (hit: Hit) => HTMLElement,
  more: (typed: string) => HTMLElement[] = () => [],
): HTMLElement {
  const input = h("input", { type: "search", id: "find-entry", autocomplete: "off" });
  const found = h("ul", { class: "found", "aria-live": "polite" });
  let timer = 0;
  let asking = new AbortController();
  const look = async (): Promise<void> => {
    asking.abort();
    asking = new AbortController();
    const typed = input.value.trim();
    if (!typed) return found.replaceChildren();
    const signal = AbortSignal.any([asking.signal, visit.signal]);
    try {
      const query = { q: input.value, lang: lang(), limit: MOST };
      const { results } = await visit.api.get<{ results: Hit[] }>("/search", query, signal);
      const hits = results.map((hit) => h("li", {}, link(hit), " ", code(hit.entry)));
      found.replaceChildren(...[...more(typed), ...hits].slice(0, MOST));
    } catch (error) {
      if (!isAborted(error)) visit.complain(error);
    }
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => void look(), PAUSE);
  });
  visit.shortcut("/", label, () => input.focus());
  return h("div", { class: "field finder" }, h("label", { for: "find-entry" }, label), input, found);
}

function code(id: string): HTMLElement {
  return h("span", { class: "code muted" }, id);
}
