/** Search first: from the box to the answer, to be read aloud, without a mouse. */
import { permanentLink } from "@heza/widget/answer";
import { readable } from "@heza/widget/dates";
import { h } from "@heza/widget/dom";
import { openRemark } from "../components/remark";
import { catalogue, fill, lang } from "../language";
import type { Mounted, Page, Visit } from "../pages";
import { isAborted } from "../problems";
import { address, parse, type Route } from "../router";
import { Box } from "../search/box";
import { type Act, renderCard } from "../search/card";
import { DateFields, type Dates } from "../search/dates";
import { Knowledge } from "../search/knowledge";
import { logCall } from "../search/log";
import { readLarge } from "../search/reading";
import type { Card, CardQuery, Facet } from "../search/types";
import en from "../texts/search/en.json";
import vi from "../texts/search/vi.json";
import "../styles/search.css";
import type { Lang } from "../types";

const words = catalogue({ vi, en });

export const page: Page = {
  name: "search",
  permission: "read",
  place: 1,
  icon: "search",
  title: () => words().title,
  mount: (visit) => new SearchPage(visit),
};

class SearchPage implements Mounted {
  readonly #knowledge: Knowledge;
  readonly #box: Box;
  readonly #dates: DateFields;
  readonly #note = h("div", { role: "status" });
  readonly #place = h("div", { class: "card-place" });
  #query: CardQuery | null = null;
  #card: Card | null = null;
  /** The order of the tabs, as it was when the entry was opened. */
  #order: { entry: string; facets: string[] } = { entry: "", facets: [] };
  #running = new AbortController();

  constructor(private readonly visit: Visit) {
    this.#knowledge = new Knowledge(visit.api);
    this.#box = new Box({
      visit,
      search: (typed, signal) => this.#knowledge.search(typed, lang(), signal),
      open: ({ entry, facet }) =>
        this.#go({
          entry,
          facet,
          lang: this.#last()?.lang ?? lang(),
          ...this.#asked(parse(location.hash)),
        }),
      copied: (day) => this.#noteCopy(day),
    });
    this.#dates = new DateFields((dates) => this.#redate(dates), this.#asked(visit.route));
    visit.main.append(
      h("div", { class: "search-head" }, this.#box.element, this.#dates.element),
      this.#note,
      h("div", { class: "search-body" }, this.#box.list, this.#place),
    );
    for (const act of this.#acts()) visit.shortcut(act.key, act.says, act.act);
    visit.shortcut("d", words().dateKey, () => this.#dates.focus());
    for (let n = 1; n <= 9; n += 1)
      visit.shortcut(String(n), fill(words().facetKey, { n }), () => this.#facet(n - 1));
    this.update(visit.route);
    if (!this.#query) this.#box.input.focus();
  }

  update(route: Route): void {
    this.#dates.show(this.#asked(route));
    const query = this.#read(route);
    if (query) return void this.#show(query);
    this.#query = this.#card = null;
    this.#place.replaceChildren(start());
  }

  unmount(): void {
    this.#running.abort();
  }

  /** What an address asks for. */
  #read(route: Route): CardQuery | null {
    const [entry] = route.parts;
    if (!entry) return null;
    const spoken = route.query.get("lang");
    return {
      entry,
      facet: route.query.get("facet"),
      lang: spoken === "vi" || spoken === "en" ? spoken : lang(),
      ...this.#asked(route),
    };
  }

  /** What was asked last. Keys may follow each other faster than the page hears of a new address. */
  #last(): CardQuery | null {
    return this.#read(parse(location.hash));
  }

  /** The dates of an address, or those of the question that is shown. */
  #asked(route?: Route): Dates {
    if (!route) return { as_of: this.#query?.as_of ?? null, licensed_on: this.#query?.licensed_on ?? null };
    return { as_of: route.query.get("as_of"), licensed_on: route.query.get("licensed_on") };
  }

  #go({ entry, ...more }: CardQuery): void {
    const wanted = address("search", [entry], { ...more });
    if (wanted === location.hash) this.#focusCard();
    else this.visit.go(wanted);
  }

  #redate(dates: Dates): void {
    const query = this.#last();
    if (query) this.#go({ ...query, ...dates });
    else this.visit.note(address("search", [], { ...dates }));
  }

  async #show(query: CardQuery): Promise<void> {
    const sameEntry = this.#query?.entry === query.entry;
    const inCard = this.#place.contains(document.activeElement);
    const inTabs = document.activeElement?.getAttribute("role") === "tab";
    this.#query = query;
    this.#running.abort();
    this.#running = new AbortController();
    const { signal } = this.#running;
    try {
      const card = await this.#knowledge.card(query, signal);
      if (signal.aborted) return;
      this.#render(card);
      if (inTabs && sameEntry)
        this.#place.querySelector<HTMLElement>("[role=tab][aria-selected=true]")?.focus();
      else if (!sameEntry || inCard || document.activeElement === document.body) this.#focusCard();
    } catch (error) {
      if (isAborted(error)) return;
      this.#card = null;
      this.#place.replaceChildren(start());
      this.visit.complain(error);
    }
  }

  #render(card: Card | null): void {
    this.#card = card;
    if (!card) {
      this.#place.replaceChildren(h("p", { class: "empty" }, words().gone));
      return;
    }
    this.#noteCopy(card.copied);
    if (this.#order.entry !== card.entry)
      this.#order = { entry: card.entry, facets: card.facets.map(({ facet }) => facet) };
    const options = {
      order: this.#order.facets,
      acts: this.#acts(),
      chooseFacet: (facet: string) => this.#choose(card.entry, facet),
    };
    this.#place.replaceChildren(renderCard(card, options));
    this.#box.opened(card.entry);
  }

  #focusCard(): void {
    this.#place.querySelector<HTMLElement>("h2")?.focus();
  }

  #facet(place: number): void {
    const facet = this.#order.facets[place];
    if (this.#card && facet) this.#choose(this.#order.entry, facet);
  }

  /** Show another facet of an entry, unless another entry was asked for in the meantime. */
  #choose(entry: string, facet: string): void {
    const query = this.#last();
    if (query?.entry === entry) this.#go({ ...query, facet });
  }

  #acts(): Act[] {
    const t = words();
    const withCard = (act: (card: Card) => void) => () => {
      if (this.#card) act(this.#card);
    };
    return [
      { key: "r", says: t.reading, icon: "larger", act: withCard(readLarge) },
      { key: "c", says: t.copy, icon: "copy", act: withCard((card) => void this.#copy(card.text, t.copied)) },
      { key: "l", says: t.link, icon: "link", act: withCard((card) => this.#copyLink(card)) },
      {
        key: "e",
        says: otherLanguage(this.#query?.lang ?? lang()),
        icon: "globe",
        act: () => this.#switchLanguage(),
      },
      { key: "k", says: t.log, icon: "call", act: () => this.#log() },
      { key: "g", says: t.remark, icon: "edit", act: () => this.#remark() },
    ];
  }

  #copyLink(card: Card): void {
    const facet = card.facets[0] as Facet;
    const asked = { ...card, ...this.#asked(), citations: facet.citations };
    const entries = [{ id: card.entry, version: card.version, facets: [facet.facet] }];
    const url = permanentLink({ ...asked, entries }, location.origin);
    if (url) void this.#copy(url, fill(words().linked, { url }));
  }

  async #copy(text: string, done: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      this.visit.toast(done);
    } catch {
      this.visit.toast(words().noClipboard);
    }
  }

  #switchLanguage(): void {
    const query = this.#last();
    if (query) this.#go({ ...query, lang: query.lang === "vi" ? "en" : "vi" });
  }

  /** After a call the box waits for the next one. */
  #log(): void {
    logCall(this.visit, this.#card, () => {
      this.#box.input.focus();
      this.#box.input.select();
    });
  }

  /** Report the answer that is shown; without one, that something is missing. */
  #remark(): void {
    const card = this.#card;
    const entry = card && { id: card.entry, version: card.version, name: card.name };
    openRemark(
      this.visit.api,
      {
        question: this.#box.input.value.trim(),
        lang: card?.lang ?? lang(),
        ...(entry ? { entry } : {}),
      },
      (said) => this.visit.toast(said),
    );
  }

  #noteCopy(day: string | null): void {
    const t = words();
    const dated = this.#query?.as_of ?? this.#query?.licensed_on;
    const text =
      day && fill(t.copyNote, { day: readable(day, lang()) }) + (dated ? ` ${t.datesNotInCopy}` : "");
    this.#note.replaceChildren(...(text ? [h("p", { class: "notice warns" }, text)] : []));
  }
}

function otherLanguage(spoken: Lang): string {
  return spoken === "vi" ? "English" : "Tiếng Việt";
}

/** What is seen before anything is asked. */
function start(): HTMLElement {
  const t = words();
  const keys: [string, string][] = [
    ["/", t.keySlash],
    ["↑ ↓", t.keyArrows],
    ["Enter", t.keyEnter],
    ["K", t.keyLog],
  ];
  const rows = keys.map(([key, says]) => h("div", {}, h("dt", {}, h("kbd", {}, key)), h("dd", {}, says)));
  return h(
    "div",
    { class: "start" },
    h("p", {}, t.start),
    h("h2", {}, t.startKeys),
    h("dl", { class: "keys" }, ...rows),
  );
}
