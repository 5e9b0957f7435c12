/** `<heza-assistant>`: the launcher, the panel, and what keeps them in step with conversation and page. */
import { Announcer } from "./announcer";
import { Client, Refused } from "./client";
import type { Context } from "./context";
import { Conversation } from "./conversation";
import { moment } from "./dates";
import { h, icon } from "./dom";
import type { Link } from "./feed";
import { handoffInWords } from "./forms";
import type { Look } from "./menu";
import type { ConversationListener, Item } from "./items";
import { isCurrent } from "./notices";
import { type Options, readOptions } from "./options";
import { Panel } from "./panel";
import { preference } from "./storage";
import style from "./style.css?inline";
import { fill, TEXTS } from "./texts";
import { SIZES, themeRules } from "./theme";
import type { About, Lang, PublicNotice } from "./types";

const WARN_BEFORE_END = 120_000;
const NOTICES_EVERY = 300_000;
const SMALL = "(max-width: 640px), (max-height: 420px)";

export class HezaAssistant extends HTMLElement implements ConversationListener {
  /** Where the script came from; `main.ts` sets it. */
  static scriptOrigin = location.origin;

  readonly #root = this.attachShadow({ mode: "open" });
  readonly #announcer = new Announcer();
  readonly #dynamic = new CSSStyleSheet();
  readonly #frame = h("div", { class: "root" });
  #launcher = h("button", { type: "button", class: "launcher", "aria-haspopup": "dialog" });
  #options!: Options;
  #lang: Lang = "vi";
  #look: Look = { size: 0, theme: "auto" };
  #panel: Panel | null = null;
  #context!: Context;
  #about: About | null = null;
  #notices: PublicNotice[] = [];
  #hidden = new Set<string>();
  #inert: HTMLElement[] = [];
  #link: Link = "polling";
  #trouble = "";
  #ending = false; // the trouble is that the session is about to end, which can be put off
  #timers: ReturnType<typeof setInterval>[] = [];
  #asked = false;

  connectedCallback(): void {
    if (this.#options) return;
    this.#options = readOptions((name) => this.dataset[name], HezaAssistant.scriptOrigin);
    this.#lang = preference.get<Lang>("lang") ?? this.#options.lang;
    this.#look = preference.get<Look>("look") ?? { size: 0, theme: this.#options.theme };
    this.#about = this.#knownDesk();
    const { position, mode, accent } = this.#options;
    const fixed = new CSSStyleSheet();
    fixed.replaceSync(themeRules(accent) + style);
    this.#root.adoptedStyleSheets = [fixed, this.#dynamic];
    this.#frame.classList.add(position, `in-${mode}`);
    this.#root.append(this.#frame);
    this.#applyLook();
    this.#makeContext();
    if (mode === "page") this.open();
    else this.#showLauncher();
    document.addEventListener("click", this.#hostClick);
  }

  disconnectedCallback(): void {
    document.removeEventListener("click", this.#hostClick);
    for (const timer of this.#timers) clearInterval(timer);
    if (this.#panel) this.close();
    this.#context.conversation.close();
  }

  /** Open the panel; the first request to the portal is made now. */
  open(): void {
    if (this.#panel) return;
    this.#launcher.remove();
    this.#showPanel();
    this.#frame.append(this.#announcer.element);
    this.#modal();
    (this.#panel as Panel | null)?.focusStart();
    if (!this.#asked) this.#askPortal();
    void this.#context.conversation.resume().then(() => this.#panel?.showItems());
    this.#viewport();
  }

  /** Close the panel and give the focus back. */
  close(): void {
    this.#panel?.element.remove();
    this.#panel = null;
    this.#frame.classList.remove("open", "wide");
    for (const one of this.#inert) one.inert = false;
    this.#inert = [];
    if (!this.isConnected) return;
    this.#showLauncher();
    this.#launcher.focus();
  }

  /** Ask a question, as if the visitor had typed it. */
  ask(text: string): void {
    this.open();
    this.#context.conversation.ask(text);
  }

  // What the conversation tells ---------------------------------------------------------------------

  changed(fresh: Item[]): void {
    // A look-up has no question of its own, so nothing else has brought the visitor to its result.
    this.#panel?.showItems(fresh.some((item) => item.kind === "turn" && !item.turn.question));
    for (const item of fresh) this.#tell(item);
  }

  typing(who: "assistant" | "officer" | null): void {
    const t = TEXTS[this.#lang];
    this.#panel?.showTyping(who === null ? "" : who === "officer" ? t.officerTyping : t.typing);
  }

  linked(link: Link): void {
    const t = TEXTS[this.#lang];
    if (this.#link === "down" && link !== "down") this.#announce(t.reconnected);
    this.#link = link;
    this.#showTrouble();
  }

  rejected(text: string, why: string): void {
    this.#panel?.composer.restore(text, why);
  }

  renewed(): void {
    this.#trouble = TEXTS[this.#lang].renewed;
    this.#ending = false;
    this.#showTrouble();
    this.#trouble = "";
  }

  erased(): void {
    this.#panel?.showItems();
  }

  // The page ----------------------------------------------------------------------------------------

  #makeContext(): void {
    const client = new Client(this.#options.origin);
    this.#context = {
      client,
      conversation: new Conversation(client, this, this.#lang),
      t: () => TEXTS[this.#lang],
      lang: () => this.#lang,
      announce: (text) => this.#announce(text),
      dossierCode: "",
      missing: new Set(),
    };
  }

  #showLauncher(): void {
    const t = TEXTS[this.#lang];
    this.#launcher = h(
      "button",
      {
        type: "button",
        class: "launcher",
        lang: this.#lang,
        "aria-haspopup": "dialog",
        onclick: () => this.open(),
      },
      icon("mark"),
      h(
        "span",
        {},
        h("strong", {}, t.launcher),
        h("small", {}, this.#about?.hotline ? `${t.hotline} ${this.#about.hotline}` : t.launcherHint),
      ),
    );
    this.#frame.append(this.#launcher);
  }

  #showPanel(): void {
    this.#panel = new Panel(this.#context, this.#look, this.#options.mode === "page", {
      close: () => this.close(),
      speak: (lang) => this.#speak(lang),
      look: () => {
        preference.set("look", this.#look);
        this.#applyLook();
      },
      widen: () => this.#frame.classList.toggle("wide"),
      hideNotice: (id) => {
        this.#hidden.add(id);
        this.#showNotices();
        this.#panel?.focusComposer(true);
      },
    });
    this.#panel.element.addEventListener("keydown", (event) => this.#escape(event));
    this.#frame.classList.add("open");
    this.#frame.prepend(this.#panel.element);
    this.#panel.showDesk(this.#about);
    this.#showNotices();
    this.#panel.showItems();
    this.#showTrouble();
  }

  #speak(lang: Lang): void {
    if (lang === this.#lang) return;
    const draft = this.#panel?.composer.input.value ?? "";
    this.#lang = lang;
    preference.set("lang", lang);
    this.#context.conversation.lang = lang;
    this.#panel?.element.remove();
    this.#showPanel();
    this.#modal();
    if (this.#panel) this.#panel.composer.input.value = draft;
    this.#panel?.element.querySelector<HTMLElement>(`[data-lang=${lang}]`)?.focus();
  }

  #escape(event: KeyboardEvent): void {
    if (event.key !== "Escape" || event.isComposing) return;
    event.stopPropagation();
    if (this.#panel?.menuIsOpen) this.#panel.toggleMenu(false);
    else if (this.#options.mode !== "page") this.close();
  }

  /** Where the panel fills a small screen, the page behind it is out of reach. */
  #modal(): void {
    const covers = this.#options.mode !== "page" && matchMedia(SMALL).matches;
    if (covers) this.#panel?.element.setAttribute("aria-modal", "true");
    if (!covers || this.#inert.length) return;
    for (const one of document.body.children) {
      if (one instanceof HTMLElement && !one.contains(this) && !one.inert) {
        one.inert = true;
        this.#inert.push(one);
      }
    }
  }

  /** Links and buttons of the page with `data-heza-open` open the panel. */
  #hostClick = (event: MouseEvent): void => {
    const opener = (event.target as Element | null)?.closest?.("[data-heza-open]");
    if (!opener || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const question = opener.getAttribute("data-heza-open");
    if (question) this.ask(question);
    else this.open();
  };

  /** The panel keeps above the keyboard of the screen. */
  #viewport(): void {
    const { visualViewport } = window;
    visualViewport?.addEventListener("resize", () => this.#applyLook());
    visualViewport?.addEventListener("scroll", () => this.#applyLook());
    this.#applyLook();
  }

  #applyLook(): void {
    this.dataset.theme = this.#look.theme;
    const scale = SIZES[this.#look.size] ?? 1;
    const view = window.visualViewport;
    const height = view ? `--height:${Math.round(view.height)}px;--top:${Math.round(view.offsetTop)}px;` : "";
    this.#dynamic.replaceSync(`.root{--scale:${scale};${height}}`);
  }

  // What is told aloud and shown beside the conversation ----------------------------------------------

  #announce(text: string, lang: Lang = this.#lang): void {
    this.#announcer.say(text, lang);
  }

  #tell(item: Item): void {
    const t = TEXTS[this.#lang];
    if (item.kind === "agent") this.#announce(`${t.officer}: ${item.message.text}`);
    else if (item.kind === "state") this.#announce(handoffInWords(item.state, t));
    else if (item.kind === "turn") {
      const own = TEXTS[item.turn.lang];
      const [first] = item.turn.blocks;
      const lead = first && "text" in first ? first.text : item.turn.text;
      const more = item.turn.blocks.length > 1 || item.turn.citations.length > 0;
      const rest = more ? ` ${fill(own.moreParts, { n: item.turn.citations.length })}` : "";
      this.#announce(`${own.assistant}: ${lead}${rest}`, item.turn.lang);
    }
  }

  #showTrouble(): void {
    const t = TEXTS[this.#lang];
    const down = this.#link === "down" || navigator.onLine === false;
    if (down) this.#panel?.showAlert(t.offline);
    else if (this.#ending) this.#panel?.showAlert(this.#trouble, t.continue, () => this.#continue());
    else this.#panel?.showAlert(this.#trouble);
  }

  #continue(): void {
    this.#trouble = "";
    this.#ending = false;
    this.#panel?.showAlert("");
    void this.#context.conversation
      .renew()
      .catch(() => this.#panel?.showAlert(TEXTS[this.#lang].unreachable));
    this.#panel?.focusComposer(true);
  }

  // What the portal says about itself -----------------------------------------------------------------

  #knownDesk(): About | null {
    const { hotline, hours, origin } = this.#options;
    const known = preference.get<About>(`about ${origin}`);
    if (!hotline) return known;
    return { hotline, hotline_hours: hours, site: known?.site ?? "https://heza.gov.vn" };
  }

  #askPortal(): void {
    this.#asked = true;
    const { client } = this.#context;
    const about = async () => {
      const said = await client.about();
      preference.set(`about ${client.origin}`, said);
      this.#about = this.#knownDesk();
      this.#panel?.showDesk(this.#about);
    };
    const notices = async () => {
      if (this.#context.missing.has("notices")) return;
      this.#notices = (await client.notices()).notices;
      this.#showNotices();
    };
    const fails = (name: string) => (error: unknown) => {
      if (error instanceof Refused && error.isMissing) this.#context.missing.add(name);
    };
    void about().catch(fails("about"));
    void notices().catch(fails("notices"));
    window.addEventListener("offline", () => this.#showTrouble());
    window.addEventListener("online", () => this.#showTrouble());
    this.#timers.push(setInterval(() => void notices().catch(fails("notices")), NOTICES_EVERY));
    this.#timers.push(setInterval(() => this.#everySoOften(), 15_000));
  }

  #showNotices(): void {
    const now = Date.now();
    this.#panel?.showNotices(this.#notices.filter((one) => isCurrent(one, now) && !this.#hidden.has(one.id)));
  }

  /** Notices begin and end; a session that is about to end is announced two minutes before. */
  #everySoOften(): void {
    this.#showNotices();
    const { expiresAt } = this.#context.conversation;
    if (!expiresAt || this.#trouble) return;
    const left = Date.parse(expiresAt) - Date.now();
    if (left > WARN_BEFORE_END || left < 0) return;
    const t = TEXTS[this.#lang];
    this.#trouble = fill(t.expiring, { time: moment(expiresAt, this.#lang) });
    this.#ending = true;
    this.#showTrouble();
  }
}
