/** The sources of an answer as numbered notes; law that has ended or that nobody confirmed stands out. */
import { readable } from "./dates";
import { h, link } from "./dom";
import { fill, type Texts } from "./texts";
import type { Citation, Lang, Turn } from "./types";

/** What of an answer its sources need. */
export type Sourced = Pick<Turn, "citations" | "lang" | "as_of" | "licensed_on">;

/** Return the section of notes, null if nothing is cited. */
export function renderSources(turn: Sourced, t: Texts): HTMLElement | null {
  if (!turn.citations.length) return null;
  const notes = turn.citations.map((citation, place) => renderNote(citation, place + 1, t, turn.lang));
  const dates = datesOf(turn, t);
  return h(
    "section",
    { class: "sources" },
    h("h4", {}, t.sources),
    h("ol", {}, ...notes),
    dates && h("p", { class: "muted" }, dates),
  );
}

/** Return the marks `[1] [2]` that lead from the answer to its notes. */
export function renderMarks(turn: Turn, t: Texts): HTMLElement | null {
  if (!turn.citations.length) return null;
  const marks = turn.citations.map((_, place) =>
    h(
      "button",
      { type: "button", class: "mark", "aria-label": fill(t.source, { n: place + 1 }), onclick: goToNote },
      `${place + 1}`,
    ),
  );
  return h("span", { class: "marks" }, ...marks);
}

/** On what days the law was read and the project licensed. */
export function datesOf(turn: Sourced, t: Texts): string {
  const said = [
    turn.as_of && fill(t.readOn, { day: readable(turn.as_of, turn.lang) }),
    turn.licensed_on && fill(t.licensed, { day: readable(turn.licensed_on, turn.lang) }),
  ];
  return said.filter(Boolean).join(" ");
}

/** One source in one line of text, for copying. */
export function citeInWords(citation: Citation, number: number, t: Texts, lang: Lang): string {
  const title = citation.title === citation.document ? "" : `, ${citation.title}`;
  const article = citation.article ? `, ${citation.article}` : "";
  const expired = citation.status === "expired" ? t.expired : "";
  const said = [validity(citation, t, lang), expired, ...record(citation, t, lang), citation.url ?? ""];
  return `[${number}] ${citation.document}${article}${title} (${said.filter(Boolean).join("; ")})`;
}

function renderNote(citation: Citation, number: number, t: Texts, lang: Lang): HTMLElement {
  const named = citation.url ? link(citation.document, citation.url, t.newTab) : citation.document;
  const article = citation.article ? `, ${citation.article}` : "";
  const title = citation.title === citation.document ? "" : citation.title;
  const said = [validity(citation, t, lang), ...record(citation, t, lang)].filter(Boolean).join(" · ");
  return h(
    "li",
    { tabindex: -1, "data-note": number, class: `note ${citation.status}` },
    h("p", { class: "document" }, h("strong", {}, named), article, " ", tag(citation, t)),
    title && h("p", { class: "document-title" }, title),
    h("p", { class: "muted" }, said),
  );
}

function tag(citation: Citation, t: Texts): HTMLElement | null {
  if (citation.status === "expired") return h("span", { class: "tag bad" }, t.expired);
  if (citation.status === "unverified") return h("span", { class: "tag warns" }, t.unverified);
  return null;
}

function validity({ effective_from: from, effective_to: to }: Citation, t: Texts, lang: Lang): string {
  if (from && to) return fill(t.span, { from: readable(from, lang), to: readable(to, lang) });
  if (to) return fill(t.until, { to: readable(to, lang) });
  return from ? fill(t.since, { from: readable(from, lang) }) : "";
}

function record({ collected_on, verified_on }: Citation, t: Texts, lang: Lang): string[] {
  const recorded = fill(t.recorded, { day: readable(collected_on, lang) });
  return [recorded, verified_on ? fill(t.verified, { day: readable(verified_on, lang) }) : t.unverifiedLong];
}

function goToNote(event: Event): void {
  const mark = event.currentTarget as HTMLElement;
  const note = mark.closest("article")?.querySelector<HTMLElement>(`[data-note="${mark.textContent}"]`);
  note?.focus();
}
