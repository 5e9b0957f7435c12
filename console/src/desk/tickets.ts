/** Tickets: what visitors left while nobody was there, with its deadline; reply, pass on, close. */
import { renderFacts } from "@heza/widget/blocks";
import { moment } from "@heza/widget/dates";
import { h, icon } from "@heza/widget/dom";
import { field, form } from "../components/form";
import { fill, lang } from "../language";
import type { Visit } from "../pages";
import { address } from "../router";
import { word } from "../words";
import { askEnd, askUnit } from "./ends";
import type { Ticket, TicketWithContact } from "./types";
import { unitName } from "./units";
import { span, words } from "./words";

const MOST = 200;

/** The list, those due first at the beginning. */
export class TicketList {
  readonly element = h("div", { class: "queue" });
  readonly #list = h("div", {});
  #tickets: Ticket[] | null = null;
  #current: string | null = null;
  #state = "open";

  constructor(private readonly visit: Visit) {
    const t = words();
    const state = field(t.state, {
      value: this.#state,
      choices: [
        ["open", t.ticketOpen],
        ["overdue", t.overdue],
        ["answered", t.ticketAnswered],
        ["closed", t.ticketClosed],
        ["", t.all],
      ],
    });
    state.input.addEventListener("change", () => {
      this.#state = state.value();
      void this.look();
    });
    this.element.append(state.row, this.#list);
  }

  select(id: string | null): void {
    this.#current = id;
    this.#draw();
  }

  /** Read the list. */
  async look(): Promise<void> {
    const overdue = this.#state === "overdue";
    const query = { state: overdue ? "" : this.#state, overdue: overdue || null, limit: MOST };
    try {
      const read = await this.visit.api.get<{ tickets: Ticket[] }>("/desk/tickets", query, this.visit.signal);
      this.#tickets = read.tickets;
    } catch (error) {
      this.visit.complain(error);
    }
    this.#draw();
  }

  #draw(): void {
    if (!this.#tickets) return;
    const focused = (document.activeElement as HTMLElement | null)?.dataset.ticket;
    const items = this.#tickets.map((one) => h("li", {}, this.#item(one)));
    const empty = h("p", { class: "empty" }, words().noTickets);
    this.#list.replaceChildren(items.length ? h("ul", {}, ...items) : empty);
    if (focused) this.#list.querySelector<HTMLElement>(`[data-ticket="${CSS.escape(focused)}"]`)?.focus();
  }

  #item(one: Ticket): HTMLElement {
    return h(
      "a",
      {
        href: address("desk", ["tickets", one.id]),
        class: `entry ${one.overdue ? "overdue" : one.state}`,
        "data-ticket": one.id,
        "aria-current": one.id === this.#current ? "true" : null,
      },
      h(
        "span",
        { class: "entry-top" },
        h("span", { class: "clock" }, standing(one)),
        h("span", { class: "tag" }, word("languages", one.lang)),
        one.unit && h("span", { class: "tag warns" }, unitName(one.unit)),
      ),
      h("span", { class: "entry-name", lang: one.lang }, one.note ?? words().noNote),
      h("span", { class: "muted code" }, one.code),
    );
  }
}

/** How a ticket stands to its deadline. */
function standing(one: Ticket): string {
  const t = words();
  if (one.state !== "open") return one.state === "answered" ? t.ticketAnswered : t.ticketClosed;
  const left = (Date.parse(one.answer_by) - Date.now()) / 1000;
  return fill(left < 0 ? t.lateBy : t.dueIn, { time: span(Math.abs(left)) });
}

/** One ticket, with its contact. */
export class TicketView {
  readonly element = h("section", { class: "talk" });

  constructor(
    private readonly visit: Visit,
    readonly id: string,
    private readonly changed: () => void,
  ) {
    void this.#read();
  }

  async #read(): Promise<void> {
    try {
      const path = `/desk/tickets/${encodeURIComponent(this.id)}`;
      this.#show(await this.visit.api.get<TicketWithContact>(path, {}, this.visit.signal));
    } catch (error) {
      this.visit.complain(error);
    }
  }

  #show(one: TicketWithContact): void {
    const t = words();
    const facts: [string, Node | string | null][] = [
      [t.answerBy, `${moment(one.answer_by, lang())} (${standing(one)})`],
      [t.created, moment(one.created_at, lang())],
      [t.language, word("languages", one.lang)],
      [t.contact, one.contact ?? t.contactForgotten],
      [t.unit, one.unit && unitName(one.unit)],
      [t.topic, one.topic && word("topics", one.topic)],
      [t.solvedAsk, one.solved === null ? null : one.solved ? t.solved : t.unsolved],
    ];
    const known = facts.filter((pair): pair is [string, Node | string] => Boolean(pair[1]));
    this.element.replaceChildren(
      h("h2", { tabindex: -1 }, one.code),
      one.overdue ? h("p", { class: "notice warns" }, icon("warning"), t.overdue) : "",
      h("blockquote", { lang: one.lang }, one.note ?? t.noNote),
      renderFacts(known),
      h("p", { class: "muted" }, t.contactHint),
      ...(one.reply ? [this.#reply(one)] : []),
      ...(one.state === "closed" ? [] : [this.#answer(one), this.#ends()]),
    );
  }

  #reply(one: TicketWithContact): HTMLElement {
    const t = words();
    const when = one.answered_at && fill(t.answeredAt, { time: moment(one.answered_at, lang()) });
    return h(
      "div",
      { class: "replied" },
      h("p", { class: "by" }, t.reply, " ", when),
      h("p", { class: "text", lang: one.lang }, one.reply),
    );
  }

  #answer(one: TicketWithContact): HTMLElement {
    const t = words();
    const text = field(t.reply, {
      rows: 4,
      required: true,
      hint: t.replyHint,
      more: { maxlength: 4000, lang: one.lang },
    });
    return form({
      name: t.reply,
      fields: [text],
      submit: t.replySend,
      send: async () => {
        await this.#act("reply", { text: text.value() }, t.replied);
      },
    });
  }

  #ends(): HTMLElement {
    const t = words();
    const forward = () =>
      askUnit("", (unit) => this.#act("forward", { unit }, fill(t.forwarded, { unit: unitName(unit) })));
    const close = () => askEnd((end) => this.#act("close", end, t.closed));
    return h(
      "div",
      { class: "buttons" },
      h("button", { type: "button", onclick: forward }, t.forward),
      h("button", { type: "button", onclick: close }, t.close),
    );
  }

  async #act(act: string, body: unknown, done: string): Promise<void> {
    await this.visit.api.post(`/desk/tickets/${encodeURIComponent(this.id)}/${act}`, body);
    this.visit.toast(done);
    this.changed();
    await this.#read();
  }
}
