/** The console: who is signed in, which page is shown, and what keeps both in step with the portal. */
import { h } from "@heza/widget/dom";
import { Api } from "./api";
import { watchDuty } from "./desk/alert";
import { duty } from "./desk/duty";
import { Frame } from "./frame";
import { showHelp } from "./help";
import { Idle } from "./idle";
import { Keys } from "./keys";
import { common, fill } from "./language";
import { allowed, type Mounted, type Page, type Visit } from "./pages";
import { inWords, isAborted } from "./problems";
import { parse, type Route } from "./router";
import { showSignIn } from "./sign-in/view";
import type { Me } from "./types";

interface Shown {
  page: Page;
  mounted: Mounted;
  leaving: AbortController;
}

export class Console {
  readonly #api = new Api({
    signedOut: () => this.#signedOut(common().ended),
    reached: (yes) => this.#reached(yes),
  });
  readonly #keys = new Keys();
  readonly #frame = new Frame({
    languageChanged: () => this.#showAll(),
    signOut: () => this.signOut(),
    help: () => showHelp(this.#keys),
  });
  #me: Me | null = null;
  #idle: Idle | null = null;
  #shown: Shown | null = null;
  #online = true;
  /** Why somebody is asked to sign in. */
  #why = "";

  constructor() {
    this.#keys.add({ key: "?", says: common().keys, act: () => showHelp(this.#keys) });
    addEventListener("hashchange", () => this.#route());
    watchDuty((text) => this.#frame.waiting(text));
  }

  /** Ask who is signed in, and show the console or the way in. */
  async start(): Promise<void> {
    try {
      await this.#ask();
    } catch (error) {
      if (!this.#why) this.#why = error instanceof Error && this.#online ? "" : common().unreachable;
      this.#showAll();
      return;
    }
    this.#showAll();
  }

  /** End the session, here and in the other tabs. */
  async signOut(): Promise<void> {
    try {
      await this.#api.post("/sign-out");
    } catch (error) {
      this.#frame.toasts.complain(inWords(error));
      return;
    }
    this.#idle?.signedOut();
    this.#signedOut("");
  }

  async #ask(): Promise<void> {
    const response = await this.#api.call("GET", "/me");
    this.#enter((await response.json()) as Me, response);
  }

  /** Begin to work as somebody. */
  #enter(me: Me, response: Response): void {
    this.#me = me;
    this.#api.csrf = me.csrf;
    this.#why = "";
    if (me.permissions.includes("desk")) duty.begin(this.#api, me.name);
    const now = Date.parse(response.headers.get("Date") ?? "") || Date.now();
    this.#idle?.stop();
    this.#idle = new Idle(me, now, {
      ending: (left, fixed) => this.#ending(left, fixed),
      safe: () => this.#frame.ending(null),
      ended: () => this.#ended(),
      ask: () => void this.#api.get("/me").catch(() => undefined),
    });
  }

  #ending(left: number, fixed: boolean): void {
    const t = common();
    const text = fill(fixed ? t.endingFixed : t.ending, { n: Math.ceil(left / 1000) });
    this.#frame.ending(text, fixed ? undefined : () => undefined); // that somebody presses it is enough
  }

  #ended(): void {
    void this.#api.post("/sign-out").catch(() => undefined);
    this.#signedOut(common().ended);
  }

  #signedOut(why: string): void {
    if (this.#me) this.#why = why;
    this.#me = null;
    this.#api.csrf = "";
    this.#idle?.stop();
    this.#idle = null;
    duty.end();
    this.#frame.ending(null);
    this.#showAll();
  }

  #reached(yes: boolean): void {
    if (yes === this.#online) return;
    this.#online = yes;
    this.#frame.offline(yes ? null : common().offline);
  }

  /** Show frame and page, in the language of now. */
  #showAll(): void {
    this.#leave();
    this.#frame.show(this.#me, this.#me ? allowed(this.#me.permissions) : []);
    if (this.#me) this.#route();
    else this.#showSignIn();
  }

  #showSignIn(): void {
    showSignIn(this.#frame.main, this.#api, this.#why, (me, response) => {
      this.#enter(me, response);
      this.#showAll();
      this.#frame.main.focus();
    });
  }

  #route(): void {
    if (!this.#me) return;
    const route = parse(location.hash);
    const pages = allowed(this.#me.permissions);
    const page = route.name ? pages.find(({ name }) => name === route.name) : pages[0];
    if (!page) return this.#showNothing();
    if (this.#shown?.page === page && this.#shown.mounted.update) this.#shown.mounted.update(route);
    else this.#mount(page, route, this.#me);
  }

  #mount(page: Page, route: Route, me: Me): void {
    const moved = this.#shown !== null;
    this.#leave();
    const leaving = new AbortController();
    const content = h("div", { class: `page ${page.name}` });
    const heading = h("h1", { tabindex: -1 }, page.title());
    this.#frame.main.replaceChildren(heading, content);
    this.#frame.current(page);
    if (moved) heading.focus();
    const mounted = page.mount(this.#visit(content, route, me, leaving.signal)) ?? {};
    this.#shown = { page, mounted, leaving };
  }

  #visit(main: HTMLElement, route: Route, me: Me, signal: AbortSignal): Visit {
    const { toasts } = this.#frame;
    return {
      main,
      route,
      api: this.#api,
      me,
      signal,
      may: (permission) => me.permissions.includes(permission),
      go: (address) => {
        location.hash = address;
      },
      note: (address) => history.replaceState(null, "", address),
      shortcut: (key, says, act) => this.#keys.add({ key, says, act }, signal),
      toast: (text) => toasts.say(text),
      complain: (error) => {
        if (!isAborted(error)) toasts.complain(inWords(error));
      },
      announce: (text) => toasts.announce(text),
      online: () => this.#online,
    };
  }

  #showNothing(): void {
    this.#leave();
    const t = common();
    this.#frame.main.replaceChildren(h("h1", {}, t.noPage), h("p", {}, t.noPageText));
  }

  #leave(): void {
    this.#shown?.mounted.unmount?.();
    this.#shown?.leaving.abort();
    this.#shown = null;
  }
}
