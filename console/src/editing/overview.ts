/** The beginning of editing: find an entry, what waits for somebody, what has to be looked at, what is off. */
import { h } from "@heza/widget/dom";
import { table } from "../components/table";
import { fill, lang } from "../language";
import type { Visit } from "../pages";
import { address } from "../router";
import type { Calls } from "./calls";
import type { Brief, Choices, Listed, Review, Topic } from "./data";
import { entryFinder } from "./finder";
import { day, itemLink, standing, stateTag, time } from "./states";
import { switchedOff } from "./topics";
import { words } from "./words";

const DAYS = 30;

export function showOverview(visit: Visit, calls: Calls, choices: Choices): void {
  const open = h("div", {}, h("p", { class: "muted" }, words().loading));
  const review = h("div", { class: "lists" });
  const topics = h("div", {});
  visit.main.append(
    h("div", { class: "toolbar" }, finder(visit, choices), starter(visit, choices)),
    section(words().open, open),
    review,
    section(words().off, topics),
  );
  const fail = (error: unknown): void => visit.complain(error);
  void calls.proposals().then((found) => open.replaceChildren(proposals(found)), fail);
  void calls.review(DAYS).then((found) => review.replaceChildren(...lists(found, choices)), fail);
  const show = (found: Topic[]): void => topics.replaceChildren(switchedOff(found, visit, calls, show));
  void calls.topics().then(show, fail);
}

function section(title: string, ...content: HTMLElement[]): HTMLElement {
  return h("section", {}, h("h2", {}, title), ...content);
}

/** A box that finds entries and documents. */
function finder(visit: Visit, choices: Choices): HTMLElement {
  return entryFinder(
    visit,
    words().find,
    ({ entry, name }) => itemLink(entry, name),
    (q) => documents(q, choices),
  );
}

/** Documents by their number: the registry is edited as well. */
function documents(q: string, choices: Choices): HTMLElement[] {
  const number = q.toLowerCase();
  if (!number.includes("/")) return [];
  return choices.documents
    .filter((one) => one.number.toLowerCase().startsWith(number))
    .map((one) => h("li", {}, itemLink(one.number, `${one.number}: ${one.title[lang()]}`)));
}

/** Begin a new entry. */
function starter(visit: Visit, choices: Choices): HTMLElement {
  const t = words();
  const kinds = [...Object.keys(choices.kinds), "document"];
  const kind = h(
    "select",
    { id: "new-kind" },
    ...kinds.map((one) => h("option", { value: one }, t[`kind_${one}` as "kind_zone"])),
  );
  const go = h("button", { type: "button" }, t.create);
  go.addEventListener("click", () => visit.go(address("editing", ["new", kind.value])));
  return h(
    "div",
    { class: "field" },
    h("label", { for: "new-kind" }, t.newEntry),
    h("div", { class: "buttons" }, kind, go),
  );
}

function proposals(found: Brief[]): HTMLElement {
  const t = words();
  const name = (one: Brief) =>
    h("a", { href: address("editing", ["proposal", one.id]) }, one.name?.[lang()] ?? one.item);
  return table(
    t.open,
    [
      { head: t.change, cell: name },
      { head: t.state, cell: (one) => stateTag(one.state) },
      { head: t.author, cell: (one) => one.author },
      { head: t.changedAt, cell: (one) => time(one.changed_at) },
      { head: t.note, cell: (one) => [one.note, standing(one)].filter(Boolean).join(" – ") },
    ],
    found,
    t.noneOpen,
  );
}

function lists({ due, resting, untrained }: Review, choices: Choices): HTMLElement[] {
  const t = words();
  const entry = (one: Listed) => itemLink(one.id, one.name[lang()]);
  const owner = { head: t.owner, cell: (one: Listed) => one.owner };
  const dueTable = table(
    t.due,
    [
      { head: t.entry, cell: entry },
      { head: t.reviewBy, cell: (one) => day(one.review_by) },
      { head: t.verifiedOn, cell: (one) => (one.verified_on ? day(one.verified_on) : t.never) },
      owner,
    ],
    due,
    t.noneDue,
  );
  const restingTable = table(
    t.resting,
    [
      { head: t.entry, cell: entry },
      { head: t.document, cell: (one) => h("span", {}, one.documents.map((d) => ended(d)).join("; ")) },
      {
        head: t.facets,
        cell: (one) =>
          facetsOf(
            one.documents.flatMap((d) => d.facets),
            choices,
          ),
      },
      owner,
    ],
    resting,
    t.noneResting,
  );
  const waiting = untrained
    ? table(
        t.untrained,
        [
          { head: t.entry, cell: entry },
          { head: t.newTexts, cell: (one) => one.texts.slice(0, 3).join("; ") + (one.count > 3 ? " …" : "") },
          { head: t.count, figures: true, cell: (one) => String(one.count) },
        ],
        untrained,
        t.noneUntrained,
      )
    : h("p", { class: "empty" }, t.unknownTraining);
  return [
    fold(t.due, due.length, dueTable),
    fold(t.resting, resting.length, restingTable),
    fold(t.untrained, untrained?.length ?? null, waiting),
  ];
}

function fold(title: string, count: number | null, content: HTMLElement): HTMLElement {
  const head = h(
    "summary",
    {},
    h("span", { role: "heading", "aria-level": 2 }, title),
    " ",
    h("span", { class: count ? "tag warns" : "tag" }, String(count ?? "–")),
  );
  return h("details", { class: "panel" }, head, content);
}

function ended({
  document,
  ended_on: on,
  replaced_by: by,
}: Review["resting"][number]["documents"][number]): string {
  const t = words();
  const until = on ? fill(t.endedOn, { day: day(on) }) : "";
  const next = by.length ? fill(t.replacedBy, { documents: by.join(", ") }) : "";
  return [document, [until, next].filter(Boolean).join(", ")].filter(Boolean).join(" – ");
}

function facetsOf(names: string[], choices: Choices): string {
  return [...new Set(names)].map((name) => choices.facets[name]?.[lang()] ?? name).join(", ");
}
