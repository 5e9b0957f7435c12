/** The versions of an item: who changed what, who approved it, and the way back. */
import { h } from "@heza/widget/dom";
import { fill } from "../language";
import type { Visit } from "../pages";
import { address } from "../router";
import type { Calls } from "./calls";
import { changesOf } from "./changes";
import type { Choices, Version } from "./data";
import { askReason } from "./dialogs";
import { difference } from "./difference";
import { itemLink, time } from "./states";
import { words } from "./words";

export function showHistory(
  visit: Visit,
  calls: Calls,
  choices: Choices,
  id: string,
  versions: Version[],
): void {
  const t = words();
  const newest = versions[0]?.version ?? 0;
  const rows = versions.map((version, place) => {
    const before = versions[place + 1];
    const back = version.data && version.version !== newest && visit.may("approve");
    return h(
      "li",
      { class: "panel" },
      h(
        "h2",
        {},
        fill(t.versionOf, { n: version.version }),
        " ",
        h("span", { class: "tag" }, t[`what_${version.what}`]),
      ),
      h("p", {}, fill(t.byAt, { author: version.by, at: time(version.at) })),
      version.approved_by ? h("p", {}, fill(t.approvedBy, { by: version.approved_by })) : null,
      version.against ? h("p", {}, fill(t.checkedAgainst, { against: version.against })) : null,
      version.note ? h("blockquote", {}, version.note) : null,
      before?.data && version.data
        ? h(
            "details",
            {},
            h("summary", {}, t.difference),
            difference(changesOf(before.data, version.data), choices),
          )
        : null,
      back ? rollBack(visit, calls, id, version.version, newest) : null,
    );
  });
  visit.main.append(
    h("p", {}, itemLink(id, id)),
    rows.length ? h("ol", { class: "versions" }, ...rows) : h("p", { class: "empty" }, t.noVersions),
  );
}

function rollBack(visit: Visit, calls: Calls, id: string, version: number, base: number): HTMLElement {
  const t = words();
  const button = h("button", { type: "button" }, `${fill(t.backTo, { n: version })}…`);
  button.addEventListener("click", () =>
    askReason(fill(t.backTo, { n: version }), t.backText, t.back, async (reason) => {
      await calls.rollBack(id, version, base, reason);
      visit.toast(t.broughtBack);
      visit.go(address("editing", ["item", id]));
    }),
  );
  return h("div", { class: "buttons" }, button);
}
