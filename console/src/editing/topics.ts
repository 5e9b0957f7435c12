/** Topics that are switched off: a kind of entries, an entry, or a facet of one (`entry#facet`). */
import { h } from "@heza/widget/dom";
import { table } from "../components/table";
import { lang } from "../language";
import type { Visit } from "../pages";
import { word } from "../words";
import type { Calls } from "./calls";
import type { Topic } from "./data";
import { askReason } from "./dialogs";
import { time } from "./states";
import { words } from "./words";

/** Show what is switched off now, since when, by whom and why; who may switches it on again. */
export function switchedOff(
  found: Topic[],
  visit: Visit,
  calls: Calls,
  show: (topics: Topic[]) => void,
): HTMLElement {
  const t = words();
  const on = (one: Topic) => switchButton(visit, calls, one.topic, nameOf(one), true, show);
  return table(
    t.off,
    [
      {
        head: t.topic,
        cell: (one) => h("span", {}, nameOf(one), " ", h("span", { class: "code muted" }, one.topic)),
      },
      { head: t.reason, cell: (one) => one.reason },
      { head: t.since, cell: (one) => `${time(one.at)}, ${one.by}` },
      ...(visit.may("switch") ? [{ head: t.action, cell: on }] : []),
    ],
    found,
    t.noneOff,
  );
}

/** What a topic is called. */
export function nameOf({ topic, name }: Topic): string {
  return name?.[lang()] ?? word("topics", topic);
}

/** Make the button that switches a topic the other way, with a reason. */
export function switchButton(
  visit: Visit,
  calls: Calls,
  topic: string,
  name: string,
  isOff: boolean,
  show: (topics: Topic[]) => void,
): HTMLElement {
  const t = words();
  const act = isOff ? t.switchOn : t.switchOff;
  const button = h("button", { type: "button", "aria-label": `${act}: ${name}` }, `${act}…`);
  button.addEventListener("click", () =>
    askReason(`${act}: ${name}`, isOff ? topic : t.switchOffText, act, async (reason) => {
      show((await calls.switch(topic, !isOff, reason)).topics);
      visit.toast(isOff ? t.isOn : t.isOff);
    }),
  );
  return button;
}
