/** What stands around every page: name and navigation, who is signed in, notes on session and connection. */
import { type Child, h } from "@heza/widget/dom";
import { icon } from "./icons";
import { Toasts } from "./components/toast";
import { common, fill, lang, setLang } from "./language";
import type { Page } from "./pages";
import { address } from "./router";
import { LOOKS, type Look, look, setLook } from "./theme";
import type { Lang, Me } from "./types";

export interface FrameListener {
  languageChanged(): void;
  signOut(): void;
  help(): void;
}

const LANGUAGES: readonly (readonly [Lang, string])[] = [
  ["vi", "Tiếng Việt"],
  ["en", "English"],
];

export class Frame {
  readonly toasts = new Toasts();
  readonly main = h("main", { id: "main", tabindex: -1 });
  readonly #notes = h("div", { class: "notes" });
  readonly #offline = h("div", { role: "status" });
  readonly #ending = h("div", { role: "alert" });
  readonly #waiting = h("div", { role: "alert" });
  readonly #pending = h("div", { role: "status" });
  readonly #header = h("header", {});
  readonly #skip = h("a", { class: "skip", href: "#main" });
  #nav: HTMLElement | null = null;

  constructor(private readonly listener: FrameListener) {
    // The address belongs to the router, so the skip link moves the focus by itself.
    this.#skip.addEventListener("click", (event) => {
      event.preventDefault();
      this.main.focus();
    });
    this.#notes.append(this.#offline, this.#pending, this.#ending, this.#waiting);
    document.body.append(this.#skip, this.#header, this.#notes, this.main, this.toasts.element);
  }

  /** Show the frame for somebody, or for nobody. */
  show(me: Me | null, pages: Page[]): void {
    const t = common();
    document.documentElement.lang = lang();
    this.#skip.textContent = t.skip;
    this.#nav = me ? this.#navigation(pages) : null;
    const names = h(
      "div",
      { class: "names" },
      h("p", { class: "desk-name" }, t.name),
      h("p", {}, t.authority),
    );
    const plate = h("div", { class: "plate" }, icon("mark"), names);
    this.#header.replaceChildren(
      ...[plate, this.#nav, h("div", { class: "tools" }, ...this.#tools(me))].filter((one) => one !== null),
    );
  }

  /** Mark the page that is shown. */
  current(page: Page): void {
    for (const one of this.#nav?.querySelectorAll("a") ?? []) {
      if (one.dataset.page === page.name) one.setAttribute("aria-current", "page");
      else one.removeAttribute("aria-current");
    }
    document.title = `${page.title()} – ${common().name}`;
  }

  /** Say that the portal does not answer, or that it does again. */
  offline(text: string | null): void {
    const note = text && h("p", { class: "note-line warns" }, icon("warning"), text);
    this.#offline.replaceChildren(...(note ? [note] : []));
  }

  /** Say how many calls are kept in this browser until the portal takes them. */
  pending(many: number): void {
    const text = many ? fill(common().pendingCalls, { n: many }) : "";
    if (this.#pending.textContent === text) return; // what is put in again is read aloud again
    const note = text && h("p", { class: "note-line" }, icon("call"), text);
    this.#pending.replaceChildren(...(note ? [note] : []));
  }

  /** Say that visitors wait for an officer, on whatever page; null: nobody does. */
  waiting(text: { says: string; leads: string; to: string } | null): void {
    const link = text && h("a", { href: text.to }, text.leads);
    const note = text && h("div", { class: "note-line calls" }, icon("person"), h("p", {}, text.says), link);
    this.#waiting.replaceChildren(...(note ? [note] : []));
  }

  /** Say that the session is about to end; null: it is not. */
  ending(text: string | null, stay?: () => void): void {
    const button = stay && h("button", { type: "button", class: "small", onclick: stay }, common().stay);
    const note = text && h("div", { class: "note-line warns" }, icon("warning"), h("p", {}, text), button);
    // The time left changes every few seconds: that is shown, but told aloud once only.
    const shown = this.#ending.querySelector("p");
    if (shown && text) shown.textContent = text;
    else this.#ending.replaceChildren(...(note ? [note] : []));
  }

  #navigation(pages: Page[]): HTMLElement {
    const links = pages
      .filter(({ place }) => place !== undefined)
      .map((page) =>
        h(
          "li",
          {},
          h(
            "a",
            { href: address(page.name), "data-page": page.name },
            page.icon ? icon(page.icon) : null,
            h("span", {}, page.title()),
          ),
        ),
      );
    return h("nav", { "aria-label": common().pages }, h("ul", {}, ...links));
  }

  #tools(me: Me | null): Child[] {
    const t = common();
    const out =
      me &&
      h("button", { type: "button", class: "quiet", onclick: () => this.listener.signOut() }, t.signOut);
    const help = h(
      "button",
      { type: "button", class: "quiet", "aria-keyshortcuts": "?", onclick: () => this.listener.help() },
      t.keys,
    );
    const who = me && h("a", { class: "who", href: address("me") }, icon("person"), me.name);
    return [this.#languages(), this.#looks(), help, who, out];
  }

  #languages(): HTMLElement {
    const buttons = LANGUAGES.map(([code, name]) =>
      h(
        "button",
        {
          type: "button",
          class: "quiet",
          lang: code,
          "aria-pressed": String(code === lang()),
          onclick: () => {
            setLang(code);
            this.listener.languageChanged();
          },
        },
        name,
      ),
    );
    return h("div", { class: "languages", role: "group", "aria-label": common().language }, ...buttons);
  }

  #looks(): HTMLElement {
    const t = common();
    const names: Record<Look, string> = { auto: t.lookAuto, light: t.lookLight, dark: t.lookDark };
    const options = LOOKS.map((one) => h("option", { value: one, selected: one === look() }, names[one]));
    const chosen = h("select", { "aria-label": t.look, class: "look" }, ...options);
    chosen.addEventListener("change", () => setLook(chosen.value as Look));
    return chosen;
  }
}
