/** One conversation: what is known of it, what was said, and what an officer does with it. */
import { renderFacts } from "@heza/widget/blocks";
import { moment, readable } from "@heza/widget/dates";
import { h, icon } from "@heza/widget/dom";
import { Refused } from "../api";
import { fill, lang } from "../language";
import type { Visit } from "../pages";
import { word } from "../words";
import { duty } from "./duty";
import { askEnd, askUnit } from "./ends";
import type { Handoff, Packet, Said } from "./types";
import { unitName } from "./units";
import { words } from "./words";

const LISTEN_EVERY = 2000;

export class Talk {
  readonly element = h("section", { class: "talk" });
  readonly #leaving = new AbortController();
  readonly #signal: AbortSignal;
  readonly #head = h("div", { class: "talk-head" });
  readonly #log: HTMLElement;
  readonly #bottom = h("div", { class: "talk-bottom" });
  #handoff: Handoff | null = null;
  #last = 0;
  #drawn = "";
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly visit: Visit,
    readonly id: string,
  ) {
    this.#signal = AbortSignal.any([visit.signal, this.#leaving.signal]);
    this.#log = h("div", { class: "said", role: "log", tabindex: 0, "aria-label": words().log });
    this.element.append(this.#head, this.#log, this.#bottom);
    this.#signal.addEventListener("abort", () => clearTimeout(this.#timer));
    duty.watch(() => this.#follow(), this.#signal);
    void this.#listen();
  }

  /** Stop listening. */
  leave(): void {
    this.#leaving.abort();
  }

  get #isMine(): boolean {
    return this.#handoff?.state === "claimed" && this.#handoff.officer === this.visit.me.name;
  }

  /** Read what was said since; only who has the conversation listens on, as every other look is logged. */
  async #listen(): Promise<void> {
    clearTimeout(this.#timer);
    try {
      const path = `/desk/handoffs/${encodeURIComponent(this.id)}`;
      const packet = await this.visit.api.get<Packet>(path, { after: this.#last }, this.#signal);
      this.#show(packet);
      if (this.#isMine) this.#timer = setTimeout(() => void this.#listen(), LISTEN_EVERY);
    } catch (error) {
      if (this.#signal.aborted) return;
      if (error instanceof Refused && error.status === 404) return this.#gone();
      // The next look may do better; the frame says that the portal is away.
      if (this.#isMine) this.#timer = setTimeout(() => void this.#listen(), LISTEN_EVERY);
      else this.visit.complain(error);
    }
  }

  /** The queue says that somebody has taken it, or that it waits again. */
  #follow(): void {
    const now = duty.queue?.handoffs.find(({ id }) => id === this.id);
    if (!now || !this.#handoff) return;
    if (now.state !== this.#handoff.state || now.officer !== this.#handoff.officer) {
      this.#handoff = now;
      this.#draw();
      if (this.#isMine) void this.#listen();
    }
  }

  #show(packet: Packet): void {
    this.#handoff = packet;
    this.#draw();
    const atEnd = this.#log.scrollHeight - this.#log.scrollTop - this.#log.clientHeight < 60;
    for (const one of packet.said) {
      if (one.number <= this.#last) continue;
      this.#last = one.number;
      this.#log.append(...said(one, packet.lang));
    }
    if (packet.said.length && atEnd) this.#log.scrollTop = this.#log.scrollHeight;
  }

  /** Show head and bottom anew if they changed; a message under way is not lost. */
  #draw(): void {
    const one = this.#handoff;
    if (!one) return;
    const state = JSON.stringify([{ ...one, waiting_seconds: 0, said: 0 }, lang()]);
    if (state === this.#drawn) return;
    const before = this.#bottom.dataset.state;
    this.#drawn = state;
    const wanted = this.#isMine ? "mine" : one.state;
    // Who decides reads the packet, who talks needs the room; opened or closed by hand it stays so.
    const packet = this.#head.querySelector("details");
    const open = wanted === before && packet ? packet.open : wanted !== "mine";
    this.#head.replaceChildren(head(one), packetOf(one, open));
    if (wanted === before && wanted === "mine") return;
    this.#bottom.dataset.state = wanted;
    this.#bottom.replaceChildren(...this.#acts(one));
    if (wanted === "mine") this.#bottom.querySelector("textarea")?.focus();
  }

  #acts(one: Handoff): Node[] {
    const t = words();
    if (this.#isMine) return [this.#composer(), this.#ends()];
    if (one.state === "queued")
      return [h("button", { type: "button", class: "primary", onclick: () => this.claim() }, t.claim)];
    if (one.state === "claimed")
      return [h("p", { class: "notice" }, icon("person"), fill(t.takenBy, { officer: one.officer ?? "" }))];
    return [h("p", { class: "notice" }, icon("info"), t.closed)];
  }

  /** Take the conversation. */
  async claim(): Promise<void> {
    await this.#act("claim", words().claimed);
    if (this.#signal.aborted) return;
    await this.#listen();
  }

  #composer(): HTMLElement {
    const t = words();
    const input = h("textarea", {
      id: "to-visitor",
      rows: 2,
      maxlength: 4000,
      lang: this.#handoff?.lang,
      "aria-describedby": "to-visitor-hint",
    });
    let busy = false;
    const send = async () => {
      const text = input.value.trim();
      if (!text || busy) return;
      busy = true;
      try {
        await this.visit.api.post(`/desk/handoffs/${encodeURIComponent(this.id)}/messages`, { text });
        input.value = "";
        void this.#listen();
      } catch (error) {
        this.visit.complain(error);
      } finally {
        busy = false;
      }
    };
    const onkeydown = (event: KeyboardEvent) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      void send();
    };
    input.addEventListener("keydown", onkeydown);
    return h(
      "div",
      { class: "composer" },
      h("label", { for: "to-visitor" }, t.message),
      h(
        "div",
        { class: "composer-row" },
        input,
        h("button", { type: "button", class: "primary", onclick: () => void send() }, t.send),
      ),
      h("p", { id: "to-visitor-hint", class: "muted" }, t.messageHint),
    );
  }

  #ends(): HTMLElement {
    const t = words();
    const forward = () =>
      askUnit(t.forwardText, async (unit) => {
        await this.#post("forward", { unit });
        this.visit.toast(fill(t.forwarded, { unit: unitName(unit) }));
        this.#done();
      });
    const close = () =>
      askEnd(async (end) => {
        await this.#post("close", end);
        this.visit.toast(t.closed);
        this.#done();
      });
    const giveBack = async () => {
      await this.#act("return", t.givenBack);
      this.#done();
    };
    return h(
      "div",
      { class: "buttons" },
      h("button", { type: "button", onclick: forward }, t.forward),
      h("button", { type: "button", onclick: () => void giveBack() }, t.giveBack),
      h("button", { type: "button", onclick: close }, t.close),
    );
  }

  #post(act: string, body: unknown = {}): Promise<void> {
    return this.visit.api.post(`/desk/handoffs/${encodeURIComponent(this.id)}/${act}`, body);
  }

  async #act(act: string, done: string): Promise<void> {
    try {
      await this.#post(act);
      this.visit.toast(done);
    } catch (error) {
      this.visit.complain(error);
    }
    await duty.look();
  }

  /** The conversation is over for this officer. */
  #done(): void {
    void duty.look();
    this.visit.go("#/desk");
  }

  /** The visitor has erased it: what was said stays on no screen. */
  #gone(): void {
    this.#handoff = null;
    const t = words();
    this.#head.replaceChildren(h("p", { class: "notice warns" }, icon("warning"), t.gone));
    this.#log.remove();
    this.#bottom.replaceChildren();
    void duty.look();
  }
}

function head(one: Handoff): HTMLElement {
  const t = words();
  const name = one.subjects[0]?.name ?? one.summary ?? one.note ?? t.unknownSubject;
  return h("h2", { lang: one.lang, tabindex: -1 }, name);
}

/** What came with the conversation. */
function packetOf(one: Handoff, open: boolean): HTMLElement {
  const t = words();
  const spoken = (text: string) => h("span", { lang: one.lang }, text);
  const facts: [string, Node | string | null | undefined][] = [
    [t.language, word("languages", one.lang)],
    [t.note, one.note && spoken(one.note)],
    [t.summary, one.summary && spoken(one.summary)],
    [t.outcome, one.outcome && word("outcomes", one.outcome)],
    [t.subjects, one.subjects.length > 1 ? spoken(one.subjects.map(({ name }) => name).join("; ")) : null],
    [t.licensedOn, one.licensed_on && readable(one.licensed_on, lang())],
    [t.asOf, one.as_of && readable(one.as_of, lang())],
    [t.dossier, one.dossier && dossierOf(one)],
    [t.unit, one.unit && unitName(one.unit)],
  ];
  const known = facts.filter((pair): pair is [string, Node | string] => Boolean(pair[1]));
  return h("details", { class: "packet", open }, h("summary", {}, t.packet), renderFacts(known));
}

function dossierOf({ dossier }: Handoff): string {
  if (!dossier) return "";
  const due = dossier.due_on && fill(words().dueOn, { day: readable(dossier.due_on, lang()) });
  return [word("dossierStates", dossier.status), dossier.unit, due].filter(Boolean).join(" · ");
}

/** A question and its answer, or what an officer wrote. */
function said(one: Said, spoken: string): HTMLElement[] {
  const t = words();
  const time = moment(one.at, lang()).split(/[ ,]/)[0] ?? "";
  const line = (who: string, by: string, text: string, more?: Node | null) =>
    h(
      "div",
      { class: who },
      h("p", { class: "by" }, by, " ", h("time", { datetime: one.at }, time), more),
      h("p", { class: "text", lang: spoken }, text),
    );
  const outcome = one.outcome && h("span", { class: "tag" }, word("outcomes", one.outcome));
  return [
    one.visitor === null ? [] : [line("visitor", t.visitor, one.visitor)],
    one.assistant === null ? [] : [line("assistant", t.assistant, one.assistant, outcome || null)],
    one.officer === null ? [] : [line("officer", t.officer, one.officer)],
  ].flat();
}
