/** The conversation as the visitor sees it: a question is a heading, an answer a document under it. */
import { renderActions } from "./actions";
import { renderAnswer } from "./answer";
import { renderNotice } from "./blocks";
import type { Context } from "./context";
import type { Answer, Item, Mark, Question } from "./items";
import { h, icon } from "./dom";
import { contactForm, dossierForm, handoffInWords } from "./forms";
import { fill, TEXTS, type Texts } from "./texts";

interface Shown {
  element: HTMLElement;
  state: string;
}

export class Transcript {
  readonly list = h("ol", { class: "items" });
  #shown = new Map<string, Shown>();

  constructor(
    readonly context: Context,
    /** Where the focus goes when a button that had it is gone. */
    readonly toComposer: () => void,
    readonly askPerson: () => void,
  ) {}

  /** Bring the list up to date; what did not change stays as it is, focus and all. */
  update(items: Item[]): void {
    const keys = new Set(items.map((item) => item.key));
    for (const [key, { element }] of this.#shown) {
      if (keys.has(key)) continue;
      element.remove();
      this.#shown.delete(key);
    }
    items.forEach((item, place) => {
      const element = this.#current(item);
      if (this.list.children[place] !== element)
        this.list.insertBefore(element, this.list.children[place] ?? null);
    });
  }

  #current(item: Item): HTMLElement {
    const state = stateOf(item);
    const known = this.#shown.get(item.key);
    if (known?.state === state) return known.element;
    if (known && item.kind === "turn") {
      known.state = state;
      known.element.querySelector(".suggestions")?.replaceWith(this.#suggestions(item) ?? "");
      return known.element;
    }
    const element = h("li", { class: item.kind }, this.#render(item));
    known?.element.replaceWith(element);
    this.#shown.set(item.key, { element, state });
    return element;
  }

  #render(item: Item): HTMLElement {
    const t = this.context.t();
    switch (item.kind) {
      case "question":
        return this.#question(item, t);
      case "turn":
        return this.#answer(item, t);
      case "agent":
        return h(
          "article",
          { class: "officer" },
          h("p", { class: "eyebrow" }, icon("person"), item.message.name ?? t.officer),
          ...item.message.text.split("\n").map((line) => h("p", {}, line)),
        );
      case "state":
        return renderMark(item, t, this.askPerson);
    }
  }

  #question(item: Question, t: Texts): HTMLElement {
    const trouble =
      item.status === "unsent"
        ? (item.trouble ?? t.unsent)
        : item.status === "failed"
          ? `${t.failed}: ${item.trouble}`
          : "";
    const retry = () => {
      this.toComposer();
      this.context.conversation.retry(item.key);
    };
    const discard = () => {
      this.toComposer();
      this.context.conversation.discard(item.key);
    };
    const buttons = [
      item.status === "unsent" && h("button", { type: "button", class: "small", onclick: retry }, t.retry),
      h("button", { type: "button", class: "small", onclick: discard }, t.discard),
    ];
    return h(
      "div",
      { class: "asked" },
      h("p", { class: "eyebrow" }, t.you),
      h("h3", { lang: item.lang, tabindex: -1 }, item.text),
      trouble && h("div", { class: "trouble" }, icon("warning"), h("p", {}, trouble), ...buttons),
    );
  }

  #answer(item: Answer, t: Texts): HTMLElement {
    const own = TEXTS[item.turn.lang] ?? t; // the answer and its labels speak one language
    const form = (name: string) =>
      name === "dossier_lookup"
        ? dossierForm(this.context, own)
        : name === "contact"
          ? contactForm(this.context, own, this.askPerson)
          : null;
    return h(
      "article",
      { lang: item.turn.lang, "data-outcome": item.turn.outcome },
      h("p", { class: "eyebrow", lang: this.context.lang() }, icon("mark"), t.assistant),
      ...renderAnswer(item.turn, own, form),
      renderActions(item, this.context, own),
      this.#suggestions(item),
    );
  }

  #suggestions(item: Answer): HTMLElement | null {
    const { suggestions, lang } = item.turn;
    if (!suggestions.length) return null;
    const t = TEXTS[lang];
    const buttons = suggestions.map(({ id, text }) => {
      const chosen = item.chosen === id;
      const choose = () => {
        if (item.closed) return;
        this.toComposer();
        this.context.conversation.choose(item, id);
      };
      const words = [h("span", {}, text), chosen && h("span", { class: "chosen" }, ` (${t.chosen})`)];
      return h(
        "li",
        {},
        h(
          "button",
          { type: "button", "aria-disabled": item.closed ? "true" : null, onclick: choose },
          ...words,
        ),
      );
    });
    return h(
      "div",
      { class: "suggestions" },
      h("p", { class: "eyebrow" }, t.suggestions),
      h("ul", {}, ...buttons),
    );
  }
}

/** What an element depends on; when it changes, the element is made anew. */
function stateOf(item: Item): string {
  switch (item.kind) {
    case "question":
      return `${item.status}${item.trouble ?? ""}`;
    case "turn":
      return `${item.chosen ?? ""}${item.closed ?? ""}`;
    default:
      return "";
  }
}

function renderMark({ state }: Mark, t: Texts, askPerson: () => void): HTMLElement {
  const words = handoffInWords(state, t);
  if (state.reason) {
    const leave = h("button", { type: "button", class: "small", onclick: askPerson }, t.request);
    return h("div", { class: "state" }, h("p", {}, words), leave);
  }
  if (state.state !== "ticket" || !state.secret) return h("p", { class: "state" }, words);
  const secret = h("p", {}, `${t.secret}: `, h("code", {}, state.secret));
  return renderNotice("info", fill("{words}. {keep}", { words, keep: t.ticketKeep }), t, secret);
}
