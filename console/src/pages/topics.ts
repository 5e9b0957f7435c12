/** Switching topics off and on: whole kinds, entries and facets of entries. `#/topics/<entry>` shows one. */
import { h } from "@heza/widget/dom";
import { table } from "../components/table";
import { Calls } from "../editing/calls";
import type { Topic } from "../editing/data";
import { entryFinder } from "../editing/finder";
import { nameOf, switchButton, switchedOff } from "../editing/topics";
import { words as editing } from "../editing/words";
import { catalogue, fill, lang } from "../language";
import type { Mounted, Page, Visit } from "../pages";
import { address, type Route } from "../router";
import "../styles/editing.css";
import en from "../texts/topics/en.json";
import vi from "../texts/topics/vi.json";
import { word } from "../words";

const words = catalogue({ vi, en });
const KINDS = ["procedure", "incentive", "customs", "zone", "statistic", "authority", "document"];

export const page: Page = {
  name: "topics",
  permission: "switch",
  place: 55,
  icon: "eye",
  title: () => words().title,
  mount: (visit) => new TopicsPage(visit),
};

/** An entry with the names of its facets, of its answer card. */
interface Entry {
  entry: string;
  kind: string;
  name: string;
  facets: { facet: string; label: string }[];
}

/** A row of a list: what can be switched, and what it is part of. */
interface Switchable {
  topic: string;
  name: string;
  wider: string[];
}

class TopicsPage implements Mounted {
  readonly #calls: Calls;
  readonly #off = h("div", {});
  readonly #kinds = h("div", {});
  readonly #chosen = h("div", { "aria-live": "polite" });
  /** What is switched off; null as long as it is not known. */
  #topics: Topic[] | null = null;
  #entry: Entry | null = null;

  constructor(private readonly visit: Visit) {
    const t = words();
    this.#calls = new Calls(visit.api, visit.signal);
    const finder = entryFinder(visit, t.find, ({ entry, name }) =>
      h("a", { href: address("topics", [entry]) }, name),
    );
    visit.main.append(
      h("p", { class: "muted" }, t.hint),
      section(editing().off, this.#off),
      section(t.parts, finder, this.#chosen),
      section(t.kinds, this.#kinds),
    );
    this.#calls.topics().then((found) => this.#show(this.#topics ?? found), visit.complain);
    this.update(visit.route);
  }

  update({ parts: [entry] }: Route): void {
    this.#entry = null;
    if (entry) this.#open(entry).catch(this.visit.complain);
    else this.#render();
  }

  async #open(entry: string): Promise<void> {
    const path = `/card/${encodeURIComponent(entry)}`;
    this.#entry = await this.visit.api.get<Entry>(path, { lang: lang() }, this.visit.signal);
    this.#render();
  }

  #show(topics: Topic[]): void {
    this.#topics = topics;
    this.#render();
  }

  #render(): void {
    if (!this.#topics) return;
    const show = (topics: Topic[]) => this.#show(topics);
    this.#off.replaceChildren(switchedOff(this.#topics, this.visit, this.#calls, show));
    this.#chosen.replaceChildren(...(this.#entry ? [this.#ofEntry(this.#entry)] : []));
    const kinds = KINDS.map((kind) => ({ topic: kind, name: word("topics", kind), wider: [] }));
    this.#kinds.replaceChildren(this.#list(words().kinds, kinds));
  }

  #ofEntry({ entry, kind, name, facets }: Entry): HTMLElement {
    const t = words();
    const whole = { topic: entry, name: fill(t.whole, { name }), wider: [kind] };
    const parts = facets.map(({ facet, label }) => ({
      topic: `${entry}#${facet}`,
      name: label,
      wider: [kind, entry],
    }));
    return h("div", {}, h("h3", {}, name), this.#list(name, [whole, ...parts]));
  }

  #list(caption: string, rows: Switchable[]): HTMLElement {
    const t = words();
    const show = (topics: Topic[]) => this.#show(topics);
    return table(
      caption,
      [
        { head: t.what, cell: ({ name }) => name },
        { head: editing().state, cell: (row) => this.#standing(row) },
        {
          head: editing().action,
          cell: ({ topic, name }) =>
            switchButton(this.visit, this.#calls, topic, name, this.#find(topic) !== undefined, show),
        },
      ],
      rows,
      "",
    );
  }

  #find(topic: string): Topic | undefined {
    return this.#topics?.find((one) => one.topic === topic);
  }

  /** Whether it is answered: not while it, or what it is part of, is switched off. */
  #standing({ topic, wider }: Switchable): HTMLElement {
    const t = words();
    if (this.#find(topic)) return h("span", { class: "tag warns" }, t.off);
    const above = wider.map((one) => this.#find(one)).find((one) => one !== undefined);
    if (above) return h("span", { class: "tag warns" }, fill(t.offWith, { name: nameOf(above) }));
    return h("span", { class: "tag good" }, t.answered);
  }
}

function section(title: string, ...content: HTMLElement[]): HTMLElement {
  return h("section", {}, h("h2", {}, title), ...content);
}
