/** One answer of the assistant: what it says, how sure it is, where it comes from, what may be asked next. */
import { type FormMaker, renderBlock, renderFacts, renderNotice } from "./blocks";
import { readable } from "./dates";
import { h } from "./dom";
import { citeInWords, datesOf, renderMarks, renderSources } from "./sources";
import { fill, type Texts } from "./texts";
import type { Dossier, Lang, Turn } from "./types";

/** Return the parts of an answer in their order. */
export function renderAnswer(turn: Turn, t: Texts, form: FormMaker): HTMLElement[] {
  const outcome = outcomeTag(turn.outcome, t);
  const blocks = turn.blocks.map((block) => renderBlock(block, t, form)).filter((one) => one !== null);
  const [lead] = blocks;
  if (lead?.tagName === "P") {
    lead.classList.add("lead");
    const marks = renderMarks(turn, t);
    if (marks) lead.append(marks);
  }
  const doubts = turn.caveats.map(({ text, confirm_at }) =>
    renderNotice("warning", text, t, h("p", {}, fill(t.confirmAt, { place: confirm_at }))),
  );
  const parts = [
    outcome,
    turn.dossier && renderDossier(turn.dossier, t, turn.lang),
    ...blocks,
    ...doubts,
    renderSources(turn, t),
  ];
  return parts.filter((part): part is HTMLElement => Boolean(part));
}

/** Return the whole answer as text with its sources, for the clipboard and for files. */
export function answerInWords(turn: Turn, t: Texts, permanent: string | null): string {
  const lines = [turn.question, "", ...turn.blocks.flatMap(inWords)];
  lines.push(
    ...turn.caveats.map((one) => `${t.warning}: ${one.text} ${fill(t.confirmAt, { place: one.confirm_at })}`),
  );
  if (turn.citations.length) {
    lines.push("", `${t.sources}:`);
    lines.push(...turn.citations.map((one, place) => citeInWords(one, place + 1, t, turn.lang)));
  }
  lines.push(datesOf(turn, t));
  if (permanent) lines.push(fill(t.permanent, { url: permanent }));
  return `${lines.join("\n").trim()}\n`;
}

/**
 * Return the address at which the answer can be read again, null if it is not that of one entry.
 *
 * @param origin of the portal
 */
export function permanentLink(
  turn: Pick<Turn, "entries" | "citations" | "lang" | "as_of" | "licensed_on">,
  origin: string,
): string | null {
  const [entry, ...others] = turn.entries;
  if (!entry || others.length || !turn.citations.length) return null;
  const query = new URLSearchParams({ lang: turn.lang });
  if (entry.facets?.length) query.set("facet", entry.facets.join(","));
  if (turn.as_of) query.set("as_of", turn.as_of);
  if (turn.licensed_on) query.set("licensed_on", turn.licensed_on);
  return `${origin}/a/${encodeURIComponent(entry.id)}?${query}`;
}

function inWords(block: Turn["blocks"][number]): string[] {
  switch (block.type) {
    case "para":
    case "notice":
      return [block.text];
    case "list":
      return block.items.map((item, place) => (block.ordered ? `${place + 1}. ${item}` : `- ${item}`));
    case "steps":
      return block.items.map(
        ({ title, text, duration }, place) =>
          `${place + 1}. ${[title, text, duration && `(${duration})`].filter(Boolean).join(" ")}`,
      );
    case "table":
      return [block.columns, ...block.rows].map((row) => row.join(" | "));
    case "facts":
      return block.items.map(({ label, value }) => `${label}: ${value}`);
    case "link":
      return [`${block.text}: ${block.url}`];
    default:
      return [];
  }
}

function outcomeTag(outcome: string, t: Texts): HTMLElement | null {
  const words: Record<string, string> = {
    stale: t.stale,
    no_answer: t.noAnswer,
    out_of_scope: t.outOfScope,
    clarify: t.clarify,
  };
  const said = words[outcome];
  return said
    ? h("p", { class: "outcome" }, h("span", { class: `tag ${outcome === "stale" ? "warns" : ""}` }, said))
    : null;
}

function renderDossier(dossier: Dossier, t: Texts, lang: Lang): HTMLElement {
  const { step, of, remaining_working_days: left } = dossier;
  const due = dossier.due_on && readable(dossier.due_on, lang);
  const facts: (readonly [string, string])[] = [];
  if (dossier.unit) facts.push([t.unit, dossier.unit]);
  if (dossier.received_on) facts.push([t.receivedOn, readable(dossier.received_on, lang)]);
  if (due) facts.push([t.dueOn, dossier.due_source === "estimated" ? `${due} (${t.estimated})` : due]);
  if (left != null)
    facts.push([t.remaining, fill(left < 0 ? t.overdue : t.workingDays, { n: Math.abs(left) })]);
  return h(
    "div",
    { class: "dossier" },
    h(
      "p",
      { class: "dossier-status" },
      h("span", { class: "muted" }, t.dossier),
      h("strong", {}, dossier.status),
    ),
    step && of ? progress(step, of, t) : null,
    renderFacts(facts),
    dossier.action_required && renderNotice("warning", `${t.actionRequired}: ${dossier.action_required}`, t),
  );
}

function progress(step: number, of: number, t: Texts): HTMLElement {
  const marks = Array.from({ length: Math.min(of, 12) }, (_, place) =>
    h("span", { class: place < step ? "done" : "" }),
  );
  return h(
    "div",
    { class: "progress" },
    h("div", { class: "track", "aria-hidden": "true" }, ...marks),
    h("span", {}, fill(t.stepOf, { step, of })),
  );
}
