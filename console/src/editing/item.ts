/** An entry or a document: where it stands, what can be done with it, and its form. */
import { h, icon } from "@heza/widget/dom";
import { fill, lang } from "../language";
import type { Mounted, Visit } from "../pages";
import { address } from "../router";
import type { Calls } from "./calls";
import type { Choices, Data, Item, Proposal } from "./data";
import { askReason, askVerification } from "./dialogs";
import { Editor } from "./editor";
import { day, itemLink, standing, stateTag } from "./states";
import { words } from "./words";

const REVIEW_AFTER = 180;
const DAY = 86_400_000;

/** Show an item that is in force. */
export function showItem(visit: Visit, calls: Calls, choices: Choices, item: Item): Mounted | void {
  const t = words();
  if (item.document) {
    visit.main.append(
      h("p", {}, t.derived),
      h("p", {}, itemLink(item.document, fill(t.editDocument, { number: item.document }))),
    );
    return;
  }
  visit.main.append(standingOf(item));
  const start = { data: item.data, base: item.version, before: item.data, proposal: null, note: "" };
  return new Editor(visit, calls, choices, { ...start, actions: actionsOf(visit, calls, item) });
}

/** Go on with a draft. */
export function showDraft(
  visit: Visit,
  calls: Calls,
  choices: Choices,
  proposal: Proposal,
  before: Data,
): Mounted {
  if (proposal.reason) visit.main.append(notice(standing(proposal)));
  return new Editor(visit, calls, choices, {
    data: proposal.data,
    base: proposal.base,
    before,
    proposal: proposal.id,
    note: proposal.note,
    actions: [],
  });
}

/** Begin a new entry or document. */
export function showNew(visit: Visit, calls: Calls, choices: Choices, kind: string): Mounted {
  const today = dayFrom(0);
  const shared = { confidence: "medium", collected_on: today, provenance: words().provenance };
  const data: Data =
    kind === "document"
      ? { number: "", kind: "law", status: "unverified", ...shared }
      : {
          id: `${kind}.`,
          kind,
          facts: ["console"],
          review_by: dayFrom(REVIEW_AFTER),
          sources: [{}],
          ...(kind === "zone" ? { zone: { type: "industrial_park" } } : {}),
          facets: { [choices.kinds[kind]?.[0] ?? "answer"]: { rules: [{}] } },
          ...shared,
        };
  return new Editor(visit, calls, choices, {
    data,
    base: 0,
    before: {},
    proposal: null,
    note: "",
    actions: [],
  });
}

function dayFrom(days: number): string {
  const at = new Date(Date.now() + days * DAY);
  return new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Ho_Chi_Minh" }).format(at);
}

function standingOf(item: Item): HTMLElement {
  const t = words();
  const { verification, proposals, switched_off: off } = item;
  const confirmed = verification
    ? fill(t.verifiedBy, { by: verification.by, day: day(verification.day), against: verification.against })
    : t.notVerified;
  const open = proposals.map((one) =>
    h(
      "li",
      {},
      stateTag(one.state),
      " ",
      h("a", { href: address("editing", ["proposal", one.id]) }, fill(t.proposalOf, { author: one.author })),
    ),
  );
  return h(
    "div",
    { class: "standing" },
    h("h2", {}, nameOf(item), " ", h("span", { class: "code muted" }, item.id)),
    h("p", { class: "muted" }, fill(t.versionOf, { n: item.version }), " · ", confirmed),
    open.length > 0 && h("ul", { class: "plain" }, ...open),
    ...off.map(({ topic, reason, by }) => notice(fill(t.isOffBecause, { topic, reason, by }))),
  );
}

function notice(text: string): HTMLElement {
  return h("div", { class: "notice warns" }, icon("warning"), h("p", {}, text));
}

function nameOf({ data, id }: Item): string {
  const name = (data.name ?? data.title) as Record<string, string> | undefined;
  return name?.[lang()] ?? id;
}

function actionsOf(visit: Visit, calls: Calls, item: Item): HTMLElement[] {
  const t = words();
  const again = (said: string): void => {
    visit.toast(said);
    visit.go(address("editing", ["item", item.id], { at: String(Date.now()) }));
  };
  const made: HTMLElement[] = [];
  const add = (text: string, act: () => void): void => {
    const button = h("button", { type: "button" }, text);
    button.addEventListener("click", act);
    made.push(button);
  };
  if ("id" in item.data) {
    add(`${t.verify}…`, () =>
      askVerification(nameOf(item), dayFrom(REVIEW_AFTER), async (against, reviewBy) => {
        await calls.verify(item.id, item.version, against, reviewBy);
        again(t.verified);
      }),
    );
    if (visit.may("switch")) {
      add(`${switchText(item)}…`, () => switchItem(calls, item, again));
      made.push(h("a", { class: "button", href: address("topics", [item.id]) }, t.switchParts));
    }
  }
  made.push(h("a", { class: "button", href: address("editing", ["history", item.id]) }, t.history));
  return made;
}

function isOff(item: Item): boolean {
  return item.switched_off.some(({ topic }) => topic === item.id);
}

function switchText(item: Item): string {
  return isOff(item) ? words().switchOn : words().switchOff;
}

function switchItem(calls: Calls, item: Item, again: (said: string) => void): void {
  const t = words();
  const off = !isOff(item);
  askReason(switchText(item), off ? t.switchOffText : item.id, switchText(item), async (reason) => {
    await calls.switch(item.id, off, reason);
    again(off ? t.isOff : t.isOn);
  });
}
