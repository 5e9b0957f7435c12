/** The panel: header, ways to a person, announcements, conversation, composer. Made anew when the language changes. */
import { Composer } from "./composer";
import type { Context } from "./context";
import { h, hidden, icon, link } from "./dom";
import { contactForm } from "./forms";
import { type Look, renderMenu } from "./menu";
import { renderNotices } from "./notices";
import { Transcript } from "./transcript";
import type { About, Lang, PublicNotice } from "./types";

export interface PanelActions {
  close: () => void;
  speak: (lang: Lang) => void;
  look: () => void;
  /** Switch between narrow and wide; return whether it is wide now. */
  widen: () => boolean;
  hideNotice: (id: string) => void;
}

const OFFICIAL_SITE = "https://heza.gov.vn";

export class Panel {
  readonly element: HTMLElement;
  readonly composer: Composer;
  readonly transcript: Transcript;
  #scroller: HTMLElement;
  #title: HTMLElement;
  #welcome: HTMLElement;
  #desk = h("div", { class: "desk" });
  #notices = h("div", { class: "notices" });
  #status = h("p", { class: "status", role: "status" });
  #alert = h("div", { class: "alert", role: "alert" });
  #newest: HTMLButtonElement;
  #menu: HTMLElement | null = null;
  #menuButton: HTMLButtonElement;
  #atEnd = true;

  constructor(
    readonly context: Context,
    readonly look: Look,
    readonly page: boolean,
    readonly actions: PanelActions,
  ) {
    const t = context.t();
    this.transcript = new Transcript(
      context,
      () => this.focusComposer(true),
      () => this.askPerson(),
    );
    this.composer = new Composer(context, (text, more) => {
      this.#atEnd = true;
      context.conversation.ask(text, more);
    });
    this.#title = h("h2", { id: "title", tabindex: -1 }, t.title);
    this.#menuButton = this.#button("menu", t.menu, () => this.toggleMenu());
    this.#menuButton.setAttribute("aria-expanded", "false");
    this.#welcome = this.#makeWelcome();
    this.#scroller = h(
      "div",
      {
        class: "transcript",
        role: "region",
        tabindex: 0,
        "aria-label": t.transcript,
        onscroll: () => this.#scrolled(),
      },
      this.#welcome,
      this.transcript.list,
      this.#status,
    );
    this.#newest = h(
      "button",
      { type: "button", class: "newest", hidden: true, onclick: () => this.toNewest() },
      icon("newest"),
      hidden(t.newest),
    );
    this.element = h(
      "section",
      { class: "panel", role: page ? "region" : "dialog", "aria-labelledby": "title", lang: context.lang() },
      this.#header(),
      this.#desk,
      this.#notices,
      h("div", { class: "body" }, this.#scroller, this.#newest),
      this.#alert,
      this.composer.element,
    );
  }

  /** Put the focus where one goes on: the question, or on touch the title, so that no keyboard pops up. */
  focusStart(): void {
    if (matchMedia("(pointer: coarse)").matches) this.#title.focus({ preventScroll: true });
    else this.composer.input.focus({ preventScroll: true });
  }

  /** Take the focus to the composer; on touch to the conversation, so that no keyboard pops up. */
  focusComposer(fromButton = false): void {
    if (fromButton && matchMedia("(pointer: coarse)").matches) this.#scroller.focus({ preventScroll: true });
    else this.composer.input.focus({ preventScroll: true });
  }

  /** @param reveal go to what is new, even if the visitor reads further up */
  showItems(reveal = false): void {
    const { items } = this.context.conversation;
    this.#atEnd ||= reveal;
    this.#welcome.hidden = items.length > 0;
    this.transcript.update(items);
    if (this.#atEnd) this.#showLast();
    this.#scrolled();
  }

  showTyping(text: string): void {
    if (this.#status.textContent !== text) this.#status.textContent = text;
    if (this.#atEnd && text) this.toNewest();
  }

  /** Say that something is wrong, and offer a way on; without a text, take it back. */
  showAlert(text: string, button = "", act: () => void = () => {}): void {
    const more = button ? [h("button", { type: "button", class: "small", onclick: act }, button)] : [];
    this.#alert.replaceChildren(...(text ? [h("p", {}, text), ...more] : []));
  }

  showDesk(about: About | null): void {
    const t = this.context.t();
    const hours = about?.hotline_hours && h("span", { class: "hours" }, about.hotline_hours);
    const call = about?.hotline
      ? h(
          "a",
          { class: "call", href: `tel:${about.hotline.replace(/[^+\d]/g, "")}` },
          icon("phone"),
          h("span", {}, `${t.hotline} `, h("strong", {}, about.hotline)),
        )
      : h(
          "span",
          { class: "call" },
          link(
            `${t.site}: ${new URL(about?.site ?? OFFICIAL_SITE).host}`,
            about?.site ?? OFFICIAL_SITE,
            t.newTab,
          ),
        );
    const person = h(
      "button",
      { type: "button", class: "person", onclick: () => this.askPerson() },
      icon("person"),
      t.person,
    );
    this.#desk.replaceChildren(h("p", {}, call, hours), person);
  }

  showNotices(notices: PublicNotice[]): void {
    this.#notices.replaceChildren(
      ...renderNotices(notices, this.actions.hideNotice, this.context.lang(), this.context.t()),
    );
  }

  /** Offer the form for an officer; a portal without hand-off is asked in words. */
  askPerson(): void {
    const t = this.context.t();
    this.toggleMenu(false);
    if (this.context.missing.has("handoff")) return this.context.conversation.ask(t.person);
    const open = this.#scroller.querySelector(".asking");
    const form = open ?? contactForm(this.context, t, () => this.askPerson());
    if (!open) {
      form.classList.add("asking"); // the form itself, which goes once it is sent
      const cancel = h(
        "button",
        { type: "button", class: "small", onclick: () => this.#cancel(form) },
        t.cancel,
      );
      form.querySelector("button[type=submit]")?.after(cancel);
      this.#status.before(form);
    }
    this.#toTop(form);
    form.querySelector<HTMLElement>("textarea, input")?.focus({ preventScroll: true });
  }

  toggleMenu(open = this.#menu === null): void {
    if (open === (this.#menu !== null)) return;
    this.#menuButton.setAttribute("aria-expanded", String(open));
    if (open) {
      this.#menu = renderMenu(this.context, this.look, this.actions.look);
      this.#desk.after(this.#menu);
      return;
    }
    if (this.#menu?.matches(":focus-within")) this.#menuButton.focus();
    this.#menu?.remove();
    this.#menu = null;
  }

  get menuIsOpen(): boolean {
    return this.#menu !== null;
  }

  toNewest(): void {
    this.#atEnd = true;
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
  }

  #cancel(form: Element): void {
    form.remove();
    this.focusComposer(true);
  }

  /** Bring the last answer to the top, with its question, so that it is read from its beginning. */
  #showLast(): void {
    const last = this.transcript.list.lastElementChild;
    if (!last || last.classList.contains("question")) return this.toNewest();
    const before = last.previousElementSibling;
    const first = before?.classList.contains("question") ? before : last;
    this.#toTop(first);
  }

  #toTop(element: Element): void {
    const offset = element.getBoundingClientRect().top - this.#scroller.getBoundingClientRect().top;
    this.#scroller.scrollTop += offset - 12;
  }

  #scrolled(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    this.#atEnd = scrollHeight - scrollTop - clientHeight < 40;
    this.#newest.hidden = this.#atEnd;
  }

  #header(): HTMLElement {
    const t = this.context.t();
    const widen = this.#button("widen", t.widen, () => {
      const label = this.actions.widen() ? t.narrow : t.widen;
      widen.title = label;
      widen.querySelector(".sr")?.replaceChildren(label);
    });
    widen.classList.add("widen");
    return h(
      "div",
      { class: "header" },
      h("div", { class: "names" }, this.#title, h("p", {}, `${t.authority}`)),
      this.#languages(),
      this.#menuButton,
      !this.page && widen,
      !this.page && this.#button("close", t.close, () => this.actions.close()),
    );
  }

  #languages(): HTMLElement {
    const make = (lang: Lang, label: string, name: string) =>
      h(
        "button",
        {
          type: "button",
          lang,
          "data-lang": lang,
          "aria-pressed": String(lang === this.context.lang()),
          onclick: () => this.actions.speak(lang),
        },
        h("span", { "aria-hidden": "true" }, label),
        hidden(name),
      );
    return h(
      "div",
      { class: "languages", role: "group", "aria-label": this.context.t().language },
      make("vi", "VI", "Tiếng Việt"),
      make("en", "EN", "English"),
    );
  }

  #makeWelcome(): HTMLElement {
    const t = this.context.t();
    const examples = [t.example1, t.example2, t.example3, t.example4].map((text) => {
      const ask = () => {
        this.focusComposer(true);
        this.context.conversation.ask(text);
      };
      return h("li", {}, h("button", { type: "button", onclick: ask }, text));
    });
    return h(
      "div",
      { class: "welcome" },
      h("p", { class: "lead" }, t.welcome),
      h("p", { class: "muted" }, t.privacy),
      h("div", { class: "suggestions" }, h("p", { class: "eyebrow" }, t.examples), h("ul", {}, ...examples)),
    );
  }

  #button(name: "menu" | "widen" | "close", label: string, onclick: () => void): HTMLButtonElement {
    return h("button", { type: "button", title: label, onclick }, icon(name), hidden(label));
  }
}
