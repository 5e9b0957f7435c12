/** The console: who is signed in, which page is shown, and what keeps both in step with the portal. */
import { h } from "@heza/widget/dom";
import { preference } from "@heza/widget/storage";
import { Api, Refused, Unreachable } from "./api";
import { watchDuty } from "./desk/alert";
import { duty } from "./desk/duty";
import { Frame } from "./frame";
import { showHelp } from "./help";
import { Idle } from "./idle";
import { Keys } from "./keys";
import { common, fill } from "./language";
import { allowed, type Mounted, type Page, type Visit } from "./pages";
import { inWords, isAborted } from "./problems";
import { address, parse, type Route } from "./router";
import { clearCopy, openCopy, refreshCopy } from "./search/copy";
import { outbox } from "./search/outbox";
import { showSignIn } from "./sign-in/view";
import type { Me } from "./types";

/** How often the copy is looked after, and a lost server asked for. */
const COPY_EVERY = 15 * 60_000;
const RETRY_EVERY = 10_000;
/** Somebody has signed out, and the portal did not hear it. */
const LEAVING = "staff.leaving";

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
  /** Nobody has signed in here: what is shown is the copy of an earlier sign-in. */
  #copied = false;
  /** Why somebody is asked to sign in. */
  #why = "";

  constructor() {
    this.#keys.add({ key: "?", says: () => common().keys, act: () => showHelp(this.#keys) });
    this.#keys.add({ key: "/", says: () => common().searchKey, act: () => this.#search() });
    addEventListener("hashchange", () => this.#route());
    watchDuty((text) => this.#frame.waiting(text));
    outbox.watch({
      pending: (many) => this.#frame.pending(many),
      sent: (many) => this.#frame.toasts.say(fill(common().sentCalls, { n: many })),
      refused: (error) => this.#frame.toasts.complain(inWords(error)),
    });
    setInterval(() => void this.#refreshCopy(), COPY_EVERY);
    setInterval(() => void this.#retry(), RETRY_EVERY);
  }

  /** Ask who is signed in, and show the console or the way in; without a server, what the copy allows. */
  async start(): Promise<void> {
    try {
      await this.#ask();
      if (preference.get<boolean>(LEAVING)) return await this.signOut();
    } catch (error) {
      if (error instanceof Unreachable) await this.#workOffline();
    }
    this.#showAll();
  }

  /** End the session, here and in the other tabs; if the portal does not hear it now, then at the next start. */
  async signOut(): Promise<void> {
    let why = "";
    preference.set(LEAVING, true);
    try {
      await this.#api.post("/sign-out");
      preference.set(LEAVING, false);
    } catch (error) {
      if (!(error instanceof Unreachable)) return this.#frame.toasts.complain(inWords(error));
      why = common().leftOffline;
    }
    this.#idle?.signedOut();
    this.#signedOut(why);
  }

  async #ask(): Promise<void> {
    const response = await this.#api.call("GET", "/me");
    this.#enter((await response.json()) as Me, response);
  }

  /** Begin to work as somebody. */
  #enter(me: Me, response: Response): void {
    this.#begin(me, Date.parse(response.headers.get("Date") ?? "") || Date.now());
    this.#copied = false;
    void this.#refreshCopy();
  }

  #begin(me: Me, now: number): void {
    this.#me = me;
    this.#api.csrf = me.csrf;
    this.#why = "";
    if (me.csrf && me.permissions.includes("desk")) duty.begin(this.#api, me.name);
    if (me.permissions.includes("read")) outbox.begin(this.#api, me.name);
    this.#idle?.stop();
    this.#idle = new Idle(me, now, {
      ending: (left, fixed) => this.#ending(left, fixed),
      safe: () => this.#frame.ending(null),
      ended: () => this.#ended(),
      ask: () => void this.#api.get("/me").catch(() => undefined),
    });
  }

  /** Go on reading in the copy that the last session left, if it left one. */
  async #workOffline(): Promise<void> {
    const offline = await openCopy();
    this.#copied = offline !== null;
    if (offline) this.#begin(offline.me, Date.now());
    else this.#why = common().unreachable;
  }

  /** Keep the copy that of the portal; what fails now may work in a quarter of an hour. */
  async #refreshCopy(): Promise<void> {
    const me = this.#me;
    if (!me?.csrf || !me.permissions.includes("read")) return;
    await refreshCopy(this.#api, me).catch(() => undefined);
    if (this.#me !== me) await clearCopy(); // signed out in the meantime
  }

  /** Look whether a lost server is there again, and take up the session where it was. */
  async #retry(): Promise<void> {
    if (this.#online || !this.#me) return; // who has signed out stays so
    try {
      if (!this.#copied) return void (await this.#api.get("/me"));
      await this.#ask();
      this.#showAll();
    } catch {
      // not yet; or the session is over, which the listener has shown
    }
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
    void clearCopy();
    if (this.#me) this.#why = why;
    this.#me = null;
    this.#api.csrf = "";
    this.#idle?.stop();
    this.#idle = null;
    duty.end();
    outbox.end();
    this.#frame.ending(null);
    this.#showAll();
  }

  #reached(yes: boolean): void {
    if (yes === this.#online) return;
    this.#online = yes;
    this.#frame.offline(yes ? null : common().offline);
    if (yes) void outbox.flush();
  }

  /** To the search box, wherever one is. */
  #search(): void {
    const box = this.#frame.main.querySelector<HTMLInputElement>("[data-search]");
    box?.focus();
    box?.select();
    if (!box && this.#me?.permissions.includes("read")) location.hash = address("search");
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
      if (document.activeElement === document.body) this.#frame.main.focus();
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
      shortcut: (key, says, act) => this.#keys.add({ key, says: () => says, act }, signal),
      toast: (text) => toasts.say(text),
      complain: (error) => {
        // That the session is over is said where one signs in again.
        const said = error instanceof Refused && error.key === "staff_sign_in";
        if (!isAborted(error) && !said) toasts.complain(inWords(error));
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
