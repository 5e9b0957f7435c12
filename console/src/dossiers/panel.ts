/** One dossier as the officer sees it: the state at a glance, what people wrote covered until it is needed. */
import { renderFacts } from "@heza/widget/blocks";
import { moment, readable } from "@heza/widget/dates";
import { h } from "@heza/widget/dom";
import { catalogue, fill, lang } from "../language";
import type { Visit } from "../pages";
import { address } from "../router";
import en from "../texts/dossiers/en.json";
import vi from "../texts/dossiers/vi.json";
import type { Dossier, DossierTexts, Viewed } from "./types";

const words = catalogue({ vi, en });

/** Make the panel of a dossier. */
export function renderDossier({ view, code, dossier }: Viewed, visit: Visit): HTMLElement {
  const t = words();
  const late = (dossier.remaining_working_days ?? 0) < 0;
  return h(
    "article",
    { class: "panel dossier-panel", "aria-labelledby": "dossier-state" },
    h(
      "div",
      {},
      h(
        "p",
        { class: "eyebrow" },
        h("span", { class: "code" }, code),
        dossier.demo && h("span", { class: "tag" }, t.demo),
      ),
      h("h2", { id: "dossier-state", tabindex: -1 }, dossier.label),
      late && h("p", {}, h("span", { class: "tag bad" }, remaining(dossier))),
    ),
    progress(dossier),
    renderFacts(facts(dossier)),
    coveredTexts(view, dossier, visit),
    history(dossier),
    h("p", { class: "muted" }, t.audited),
  );
}

function facts(dossier: Dossier): (readonly [string, Node | string])[] {
  const t = words();
  const day = (date: string) => readable(date, lang());
  const rows: (readonly [string, Node | string])[] = [];
  if (dossier.procedure_name) rows.push([t.procedure, procedure(dossier)]);
  if (dossier.unit) rows.push([t.unit, dossier.unit]);
  rows.push([t.received, day(dossier.received_on)]);
  if (dossier.due_on) {
    const estimated = dossier.due_source === "estimated" ? ` (${t.estimated})` : "";
    rows.push([t.due, day(dossier.due_on) + estimated]);
  }
  if (dossier.remaining_working_days !== null) rows.push([t.left, remaining(dossier)]);
  if (dossier.supplement_due_on) rows.push([t.supplementDue, day(dossier.supplement_due_on)]);
  rows.push([t.changed, moment(dossier.changed_at, lang())]);
  return rows;
}

function remaining({ remaining_working_days: left }: Dossier): string {
  const t = words();
  return fill((left ?? 0) < 0 ? t.overdueDays : t.days, { n: Math.abs(left ?? 0) });
}

/** The name of the procedure, as a link to its card where there is one. */
function procedure({ procedure: entry, procedure_name: name }: Dossier): Node | string {
  const text = name ?? "";
  return entry ? h("a", { href: address("search", [entry], { lang: lang() }) }, text) : text;
}

function progress({ step, of }: Dossier): HTMLElement | null {
  if (!step || !of) return null;
  const marks = Array.from({ length: Math.min(of, 12) }, (_, place) =>
    h("span", { class: place < step ? "done" : "" }),
  );
  return h(
    "div",
    { class: "progress" },
    h("div", { class: "track", "aria-hidden": "true" }, ...marks),
    h("span", {}, fill(words().step, { step, of })),
  );
}

function coveredTexts(view: string, dossier: Dossier, visit: Visit): HTMLElement {
  const t = words();
  const place = h("section", { class: "covered" });
  if (!dossier.has_texts && !dossier.history.length) {
    place.append(h("p", { class: "muted" }, t.noTexts));
    return place;
  }
  const uncover = async () => {
    try {
      const texts = await visit.api.post<DossierTexts>("/dossiers/texts", { view }, visit.signal);
      const shown = uncovered(texts);
      place.replaceChildren(shown);
      shown.focus();
    } catch (error) {
      visit.complain(error);
    }
  };
  place.append(h("p", {}, t.covered), h("button", { type: "button", onclick: uncover }, t.uncover));
  return place;
}

function uncovered({ supplement, result, history: lines }: DossierTexts): HTMLElement {
  const t = words();
  const notes = lines
    .map(({ text, step_name }) => [step_name, text].filter(Boolean).join(": "))
    .filter((line) => line !== "");
  const rows: (readonly [string, Node | string])[] = [];
  if (supplement) rows.push([t.supplement, supplement]);
  if (result) rows.push([t.result, result]);
  if (notes.length) rows.push([t.notes, h("ul", {}, ...notes.map((note) => h("li", {}, note)))]);
  return h(
    "div",
    { tabindex: -1, class: "uncovered" },
    rows.length ? renderFacts(rows) : h("p", {}, t.noTexts),
  );
}

function history({ history: lines }: Dossier): HTMLElement | null {
  if (!lines.length) return null;
  const t = words();
  const states: Record<string, string> = t.states;
  const items = lines.map(({ at, state, unit }) =>
    h(
      "li",
      {},
      h("span", { class: "muted" }, at ? moment(at, lang()) : "–"),
      " ",
      h("strong", {}, states[state] ?? state),
      unit && h("span", { class: "muted" }, ` · ${unit}`),
    ),
  );
  return h("section", { class: "history" }, h("h3", {}, t.history), h("ol", {}, ...items));
}
