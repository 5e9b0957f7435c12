/** Search and cards out of the copy: simpler than the portal's, with and without accents. */
import type { Block } from "@heza/widget/types";
import type { Lang } from "../types";
import type { Copied, CopiedEntry, CopiedFacet } from "./copy";
import type { Card, CardQuery, Result } from "./types";

const NAME = 4;
const LABEL = 2;
const TEXT = 1;
/** What part of the words must be found at least. */
const FOUND = 0.7;

/** Lower case, without accents, each word after a blank. */
export function fold(text: string): string {
  const plain = text.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/gi, "d").toLowerCase();
  return ` ${plain.replace(/[^\p{L}\p{N}/.-]+/gu, " ").trim()}`;
}

interface Searched {
  entry: CopiedEntry;
  names: string;
  facets: { label: string; text: string }[];
}

export class LocalSearch {
  readonly #entries: Searched[];

  constructor(readonly copied: Copied) {
    this.#entries = copied.entries.map((entry) => ({
      entry,
      names: fold([entry.vi, entry.en].flatMap(({ name, aliases }) => [name, ...aliases]).join(" ")),
      facets: entry.vi.facets.map((facet, place) => {
        const other = entry.en.facets[place];
        const sources = entry.vi.sources.join(" ");
        return {
          label: fold(`${facet.label} ${other?.label ?? ""}`),
          text: fold(`${facet.text} ${other?.text ?? ""} ${sources}`),
        };
      }),
    }));
  }

  /** Return the entries that hold the beginnings of the words, best first. */
  search(typed: string, lang: Lang, limit: number): Result[] {
    const words = fold(typed).split(" ").filter(Boolean);
    if (!words.length) return [];
    return this.#entries
      .map((one) => scored(one, words))
      .filter((one) => one !== null)
      .sort((one, other) => other.score - one.score)
      .slice(0, limit)
      .map(({ entry, facet }) => result(entry, facet, lang));
  }

  /** Return a card; null if the copy does not have it. The dates of the question cannot be heeded. */
  card({ entry: id, facet: asked, lang }: CardQuery): Card | null {
    const entry = this.copied.entries.find((one) => one.entry === id);
    const words = entry?.[lang];
    const first = words?.facets.find(({ facet }) => facet === asked) ?? words?.facets[0];
    if (!entry || !words || !first) return null;
    const facets = [first, ...words.facets.filter((one) => one !== first)];
    return {
      ...{ entry: id, version: entry.version, kind: entry.kind, name: words.name, lang, facet: first.facet },
      ...{ as_of: null, licensed_on: null, outcome: first.caveats.length ? "stale" : "answered" },
      aloud: { text: first.aloud, words: first.aloud?.split(/\s+/).length ?? 0, shortened: false },
      text: [first.text, ...first.caveats, ...words.sources].join("\n"),
      facets: facets.map((one) => ({
        ...{ facet: one.facet, label: one.label, outcome: "answered", citations: [] },
        blocks: blocks(one.text),
        caveats: one.caveats.map((text) => ({ reason: "", text, confirm_at: "" })),
      })),
      ...{ related: [], record: null, lines: words.sources, copied: this.copied.made_on },
    };
  }
}

interface Scored {
  entry: CopiedEntry;
  facet: number;
  score: number;
}

function scored({ entry, names, facets }: Searched, words: string[]): Scored | null {
  const named = words.filter((word) => names.includes(` ${word}`));
  let best: Scored | null = null;
  facets.forEach(({ label, text }, facet) => {
    let [score, found] = [0, 0];
    for (const word of words) {
      const [inName, inLabel] = [named.includes(word), label.includes(` ${word}`)];
      const inText = text.includes(` ${word}`);
      if (inName || inLabel || inText) found += 1;
      score += (inName ? NAME : 0) + (inLabel ? LABEL : 0) + (inText ? TEXT : 0);
    }
    if (found / words.length >= FOUND && score > (best?.score ?? 0)) best = { entry, facet, score };
  });
  return best;
}

function result(entry: CopiedEntry, place: number, lang: Lang): Result {
  const { name, facets } = entry[lang];
  const { facet, label, text } = facets[place] as CopiedFacet;
  const [first = ""] = text.split("\n");
  return { entry: entry.entry, version: entry.version, kind: entry.kind, name, facet, label, text: first };
}

/** Lines as blocks: `- …` is an item of a list, `1. …` of a numbered one, the rest are paragraphs. */
export function blocks(text: string): Block[] {
  const made: Block[] = [];
  for (const line of text.split("\n").filter(Boolean)) {
    const [, mark = "", item = line] = /^(-|\d+\.) (.*)$/s.exec(line) ?? [];
    const last = made.at(-1);
    const ordered = mark !== "-";
    if (!mark) made.push({ type: "para", text: line });
    else if (last?.type === "list" && last.ordered === ordered && mark !== "1.") last.items.push(item);
    else made.push({ type: "list", ordered, items: [item] });
  }
  return made;
}
