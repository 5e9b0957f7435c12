/** The answer card: what to read aloud, everything that is recorded, and where it stands. */
import { renderBlock, renderNotice } from "@heza/widget/blocks";
import { readable } from "@heza/widget/dates";
import { type Child, h } from "@heza/widget/dom";
import { renderSources } from "@heza/widget/sources";
import { TEXTS } from "@heza/widget/texts";
import { icon, type IconName } from "../icons";
import { catalogue, fill, lang } from "../language";
import { address } from "../router";
import en from "../texts/search/en.json";
import vi from "../texts/search/vi.json";
import type { Card, Facet } from "./types";

const words = catalogue({ vi, en });

/** What can be done with a card: the key, the words, the drawing. */
export interface Act {
  key: string;
  says: string;
  icon: IconName;
  act: () => void;
}

export interface CardOptions {
  /** Where the tabs stand: the order of the entry, whatever is asked for. */
  order: string[];
  acts: Act[];
  chooseFacet: (facet: string) => void;
}

/** Make the card. Its words are in the language of the caller, its buttons in that of the console. */
export function renderCard(card: Card, options: CardOptions): HTMLElement {
  const t = words();
  const kinds: Record<string, string> = t.kinds;
  const asked = card.facets[0] as Facet;
  const heading = h("h2", { id: "card-name", tabindex: -1, lang: card.lang }, capital(card.name));
  const head = h(
    "div",
    { class: "card-head" },
    h("p", { class: "eyebrow" }, `${kinds[card.kind] ?? card.kind} · ${card.entry}`),
    heading,
    h("div", { class: "acts", role: "group", "aria-label": t.acts }, ...options.acts.map(button)),
  );
  const told =
    card.copied && renderNotice("warning", fill(t.fromCopy, { day: readable(card.copied, lang()) }), local());
  const panel = h(
    "div",
    {
      class: "facet",
      role: "tabpanel",
      id: "facet-panel",
      "aria-labelledby": `tab-${asked.facet}`,
      lang: card.lang,
    },
    ...renderFacet(asked, card),
  );
  return h(
    "article",
    { class: "card", "aria-labelledby": "card-name" },
    head,
    told || null,
    warnings(asked, card),
    renderAloud(card),
    renderTabs(card, options),
    panel,
    renderRecord(card),
    renderRelated(card),
  );
}

/** The words of the widget in the language of the console. */
const local = () => TEXTS[lang()];

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function button({ key, says, icon: drawing, act }: Act): HTMLElement {
  return h(
    "button",
    { type: "button", class: "quiet", "aria-keyshortcuts": key, onclick: act },
    icon(drawing),
    h("span", {}, says),
    h("kbd", { "aria-hidden": "true" }, key.toUpperCase()),
  );
}

/** What must not be overlooked stands before what is read aloud. */
function warnings(facet: Facet, card: Card): HTMLElement | null {
  const t = words();
  const confirm = (place: string) => place && h("p", {}, fill(TEXTS[card.lang].confirmAt, { place }));
  const doubts = facet.caveats.map(({ text, confirm_at }) => {
    const more = confirm(confirm_at);
    return renderNotice("warning", text, TEXTS[card.lang], ...(more ? [more] : []));
  });
  const expired = facet.citations
    .filter(({ status }) => status === "expired")
    .map(({ document }) => document);
  if (expired.length) {
    const list = [...new Set(expired)].join(", ");
    doubts.unshift(
      h(
        "div",
        { class: "notice expired-law" },
        icon("warning"),
        h("p", {}, h("strong", {}, t.expired), ` ${list}`),
      ),
    );
  }
  const shown = doubts.length || facet.outcome === "no_answer";
  if (facet.outcome === "no_answer")
    doubts.unshift(h("p", { class: "outcome" }, h("span", { class: "tag warns" }, t.noAnswer)));
  return shown
    ? h("section", { class: "warnings", lang: card.lang, "aria-label": t.warnings }, ...doubts)
    : null;
}

function renderAloud(card: Card): HTMLElement {
  const t = words();
  const { text, words: count, shortened } = card.aloud;
  const said = text ?? statement(card.facets[0] as Facet);
  const hint = text === null ? t.notShort : shortened ? t.shortened : fill(t.aloudWords, { n: count });
  return h(
    "section",
    { class: `aloud ${text === null ? "long" : ""}`, "aria-labelledby": "aloud-title" },
    h("h3", { id: "aloud-title" }, t.aloud, h("span", { class: "muted" }, ` · ${hint}`)),
    h("p", { lang: card.lang }, said),
  );
}

/** What the facet says first, where no sentence of it is short enough. */
export function statement(facet: Facet): string {
  const [first] = facet.blocks;
  return first && "text" in first ? first.text : "";
}

function renderTabs(card: Card, { order, chooseFacet }: CardOptions): HTMLElement {
  const byName = new Map(card.facets.map((facet) => [facet.facet, facet]));
  const names = order.filter((name) => byName.has(name));
  const tabs = names.map((name, place) => {
    const current = name === card.facet;
    return h(
      "button",
      {
        type: "button",
        role: "tab",
        id: `tab-${name}`,
        "aria-selected": String(current),
        "aria-controls": "facet-panel",
        tabindex: current ? 0 : -1,
        onclick: () => chooseFacet(name),
      },
      place < 9 ? h("kbd", { "aria-hidden": "true" }, String(place + 1)) : null,
      h("span", { lang: card.lang }, byName.get(name)?.label),
    );
  });
  const made = h("div", { class: "tabs", role: "tablist", "aria-label": words().facets }, ...tabs);
  made.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const place = names.indexOf(card.facet);
    chooseFacet(names[(place + step + names.length) % names.length] as string);
  });
  return made;
}

function renderFacet(facet: Facet, card: Card): Child[] {
  const t = TEXTS[card.lang];
  const blocks = facet.blocks.map((block) => renderBlock(block, t, () => null));
  const sources = renderSources({ ...card, citations: facet.citations }, t);
  if (sources || !card.lines.length) return [...blocks, sources];
  const lines = card.lines.map((line) => h("li", {}, line.replace(/^\[\d+\] /, "")));
  return [
    ...blocks,
    h("section", { class: "sources" }, h("h4", {}, t.sources), h("ol", { class: "lines" }, ...lines)),
  ];
}

function renderRecord({ record, version }: Card): HTMLElement {
  const t = words();
  if (!record) return h("p", { class: "muted record" }, fill(t.version, { n: version }));
  const day = (date: string) => readable(date, lang());
  const verified = record.verified_on ? fill(t.verified, { day: day(record.verified_on) }) : t.unverified;
  const said = [
    fill(t.recorded, { day: day(record.collected_on) }),
    verified,
    fill(t.review, { day: day(record.review_by) }),
    fill(t.owner, { owner: record.owner }),
    fill(t.version, { n: version }),
  ];
  return h("p", { class: "muted record" }, said.join(" · "));
}

function renderRelated({ related, lang: spoken }: Card): HTMLElement | null {
  if (!related.length) return null;
  const links = related.map(({ entry, name }) =>
    h("li", {}, h("a", { href: address("search", [entry], { lang: spoken }), lang: spoken }, capital(name))),
  );
  return h("section", { class: "related" }, h("h3", {}, words().related), h("ul", {}, ...links));
}
