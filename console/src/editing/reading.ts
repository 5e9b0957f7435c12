/** A proposal as the second person reads it: what changes, how the answer will read, approve or refuse. */
import { h, icon } from "@heza/widget/dom";
import { confirmed } from "../components/dialog";
import { fill } from "../language";
import type { Visit } from "../pages";
import { address } from "../router";
import type { Calls } from "./calls";
import type { Choices, Proposal } from "./data";
import { askReason } from "./dialogs";
import { difference } from "./difference";
import { PreviewPane } from "./preview";
import { itemLink, standing, stateTag, time } from "./states";
import { words } from "./words";

/** Show a proposal; `again` shows it anew. */
export function showProposal(
  visit: Visit,
  calls: Calls,
  choices: Choices,
  proposal: Proposal,
  again: () => void,
): void {
  const t = words();
  const preview = new PreviewPane();
  preview.show(proposal.preview);
  const head = h(
    "div",
    { class: "panel" },
    h("p", {}, stateTag(proposal.state), " ", itemLink(proposal.item, nameOf(proposal))),
    h("p", {}, fill(t.byAt, { author: proposal.author, at: time(proposal.changed_at) })),
    proposal.note ? h("blockquote", {}, proposal.note) : null,
    h("p", { class: "muted" }, standing(proposal)),
    ...warnings(proposal),
    buttons(visit, calls, proposal, again),
  );
  const changes = h("section", {}, h("h2", {}, t.difference), difference(proposal.changes, choices));
  visit.main.append(head, h("div", { class: "editor" }, changes, preview.element));
}

function nameOf({ name, item }: Proposal): string {
  return name?.[document.documentElement.lang === "en" ? "en" : "vi"] ?? item;
}

function warnings({ outdated, problems }: Proposal): HTMLElement[] {
  const t = words();
  const said = [
    outdated && fill(t.outdatedText, { version: outdated.version }),
    ...problems.map((problem) => problem[document.documentElement.lang === "en" ? "en" : "vi"]),
  ];
  return said
    .filter((text) => text !== null)
    .map((text) => h("div", { class: "notice warns" }, icon("warning"), h("p", {}, text)));
}

function buttons(visit: Visit, calls: Calls, proposal: Proposal, again: () => void): HTMLElement {
  const t = words();
  const { id, state, author, digest } = proposal;
  const mine = author === visit.me.name;
  const made: HTMLElement[] = [];
  const add = (text: string, act: () => void, look = ""): void => {
    const button = h("button", { type: "button", class: look }, text);
    button.addEventListener("click", act);
    made.push(button);
  };
  const done = async (act: Promise<unknown>, said: string): Promise<void> => {
    await act;
    visit.toast(said);
    again();
  };
  const attempt = (act: () => Promise<unknown>, said: string) => (): void =>
    void done(act(), said).catch(visit.complain);
  const decides = !mine && visit.may("approve");
  if (state === "proposed" && decides)
    add(
      t.approve,
      attempt(() => calls.approve(id, digest), t.approved),
      "primary",
    );
  if ((state === "proposed" || state === "scheduled") && decides)
    add(`${t.refuse}…`, () =>
      askReason(t.refuseTitle, t.refuseText, t.refuse, (reason) => done(calls.refuse(id, reason), t.refused)),
    );
  if (mine && (state === "proposed" || state === "scheduled"))
    add(
      t.takeBack,
      attempt(() => calls.takeBack(id), t.takenBack),
    );
  if (mine && ["draft", "refused", "failed"].includes(state)) {
    add(t.goOn, () => visit.go(address("editing", ["draft", id])), "primary");
    add(t.discard, () => void discard(visit, calls, id), "danger");
  }
  const needed = state === "proposed" && mine && h("p", { class: "muted" }, t.needsSecond);
  return h("div", { class: "buttons" }, ...made, needed);
}

async function discard(visit: Visit, calls: Calls, id: string): Promise<void> {
  const t = words();
  if (!(await confirmed(t.discardTitle, t.discardText, t.discard))) return;
  try {
    await calls.discard(id);
    visit.toast(t.discarded);
    visit.go(address("editing"));
  } catch (error) {
    visit.complain(error);
  }
}
