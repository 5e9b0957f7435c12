/** The list of conversations: who waits, with a clock that runs, who is with whom. */
import { h } from "@heza/widget/dom";
import { fill } from "../language";
import { address } from "../router";
import { word } from "../words";
import { duty } from "./duty";
import type { Handoff } from "./types";
import { unitName } from "./units";
import { clock, words } from "./words";

export class QueueList {
  readonly element = h("div", { class: "queue" });
  #clocks: [HTMLElement, Handoff][] = [];
  #drawn = "";
  #current: string | null = null;

  /** Mark the conversation that is looked at. */
  select(id: string | null): void {
    this.#current = id;
    this.draw();
  }

  /** Show the queue as it is now; what did not change stays, focus and all. */
  draw(): void {
    const state = JSON.stringify([
      this.#current,
      duty.queue?.handoffs.map((one) => ({ ...one, waiting_seconds: 0 })) ?? null,
    ]);
    if (state !== this.#drawn) {
      this.#drawn = state;
      this.#rebuild();
    } else this.#renew();
    this.tick();
  }

  /** Move the clocks on. */
  tick(): void {
    const t = words();
    for (const [shown, one] of this.#clocks) {
      const text = fill(one.state === "queued" ? t.waits : t.waited, { time: clock(duty.waited(one)) });
      if (shown.textContent !== text) shown.textContent = text;
    }
  }

  #rebuild(): void {
    const t = words();
    const focused = (document.activeElement as HTMLElement | null)?.dataset.handoff;
    this.#clocks = [];
    const groups = [
      this.#group(t.waiting, duty.waiting, t.nobodyWaits),
      this.#group(t.mine, duty.mine),
      this.#group(t.others, duty.others),
    ];
    this.element.replaceChildren(...groups.filter((one) => one !== null));
    if (focused) this.element.querySelector<HTMLElement>(`[data-handoff="${CSS.escape(focused)}"]`)?.focus();
  }

  /** The queue was read anew: the clocks go on from what it says. */
  #renew(): void {
    const now = new Map(duty.queue?.handoffs.map((one) => [one.id, one]));
    this.#clocks = this.#clocks.map(([shown, one]) => [shown, now.get(one.id) ?? one]);
  }

  #group(name: string, handoffs: Handoff[], empty = ""): HTMLElement | null {
    if (!handoffs.length && !empty) return null;
    return h(
      "section",
      { "aria-label": name },
      h("h2", {}, `${name} `, h("span", { class: "count" }, String(handoffs.length))),
      handoffs.length
        ? h("ul", {}, ...handoffs.map((one) => h("li", {}, this.#item(one))))
        : h("p", { class: "empty" }, empty),
    );
  }

  #item(one: Handoff): HTMLElement {
    const t = words();
    const time = h("span", { class: "clock" });
    this.#clocks.push([time, one]);
    const name = one.subjects[0]?.name ?? one.summary ?? one.note ?? t.unknownSubject;
    return h(
      "a",
      {
        href: address("desk", ["talk", one.id]),
        class: `entry ${one.state}`,
        "data-handoff": one.id,
        "aria-current": one.id === this.#current ? "true" : null,
      },
      h(
        "span",
        { class: "entry-top" },
        time,
        h("span", { class: "tag" }, word("languages", one.lang)),
        one.unit && h("span", { class: "tag warns" }, unitName(one.unit)),
      ),
      h("span", { class: "entry-name", lang: one.lang }, name),
      one.state === "claimed" && h("span", { class: "muted" }, fill(t.with, { officer: one.officer ?? "" })),
    );
  }
}
