/**
 * The conversation: what was said, what is under way, what could not be sent yet.
 *
 * It knows nothing of how it is shown; the panel listens to it.
 */
import { type Client, Refused, type SessionGrant } from "./client";
import { Feed } from "./feed";
import {
  type Answer,
  asked,
  type ConversationListener,
  type FromOfficer,
  type Item,
  type Mark,
  type Question,
  type QuestionStatus,
} from "./items";
import { keepUnsent, settled, type Unsent, unsentMessages } from "./outbox";
import { kept } from "./storage";
import { Tabs } from "./tabs";
import { answered, closeAll, isAwaiting, questionOf, withoutReplaced } from "./thread";
import type { AgentMessage, HandoffState, Incoming, Lang, MessageBody, StateEvent, Turn } from "./types";
import { uuid } from "./uuid";

const RETRY_AFTER = [2000, 5000, 15_000, 30_000];
const RETRY_AT_LAST_AFTER = 60_000;
const LOOK_AFTER = [6000, 15_000];

export class Conversation {
  items: Item[] = [];
  handoff: HandoffState = { state: "bot" };
  /** When the session ends. */
  expiresAt: string | null = null;
  #session: SessionGrant | null = null;
  #feed: Feed | null = null;
  #queue = unsentMessages();
  #delivering = false;
  #attempts = 0;
  #tabs: Tabs;
  #seen = new Set<string>();

  constructor(
    readonly client: Client,
    readonly listener: ConversationListener,
    public lang: Lang,
  ) {
    this.#tabs = new Tabs(`heza ${client.origin}`, (message) => {
      if (message.kind === "hello" && this.#session)
        this.#tabs.say({ kind: "session", session: this.#session });
      else if (message.kind === "session" && !this.#session) this.#adopt(message.session);
      else if (message.kind === "event" && this.#session) this.#received(message.event, true);
      else if (message.kind === "erased") this.#forget();
    });
    window.addEventListener("online", () => this.#deliverAll());
  }

  /** Take up the conversation of this browser, if there is one; asks the portal only then. */
  async resume(): Promise<void> {
    if (this.#feed) return;
    const known = kept.get<SessionGrant>("session");
    if (known && Date.parse(known.expires_at) > Date.now()) this.#adopt(known);
    else await this.#tabs.ask();
    for (const unsent of this.#queue) this.#show(unsent, "unsent");
    if (this.#session) await this.#follow();
    if (this.#queue.length) void this.#deliverAll();
  }

  /** Return the token, of a new session if need be. */
  async token(): Promise<string> {
    if (!this.#session) {
      this.#adopt(await this.client.session(this.lang));
      this.#tabs.say({ kind: "session", session: this.#session as unknown as SessionGrant });
      void this.#follow();
    }
    return (this.#session as unknown as SessionGrant).token;
  }

  /** Begin a new session; what was said stays on the screen. */
  renew(): Promise<string> {
    this.#drop();
    return this.token();
  }

  /** Ask a question. */
  ask(text: string, more: Partial<MessageBody> = {}): void {
    this.#enqueue({ body: { text, client_id: uuid(), ...more }, shown: text, lang: this.lang });
  }

  /** Choose a quick reply; the others of its turn are closed with it. */
  choose(answer: Answer, id: string): void {
    const suggestion = answer.turn.suggestions.find((one) => one.id === id);
    if (!suggestion || answer.closed) return;
    answer.chosen = id;
    this.#enqueue({
      body: { choice: id, client_id: uuid() },
      shown: suggestion.text,
      lang: answer.turn.lang,
    });
  }

  /** Put in a turn that came as a response, here and in the other tabs. */
  add(turn: Turn): void {
    const event = { id: "", event: "turn", data: turn };
    this.#received(event, false);
    this.#tabs.say({ kind: "event", event });
  }

  /** Note where the hand-off stands; `quiet`: it is history and not told aloud. */
  setHandoff(given: HandoffState, quiet = false): void {
    // Response and stream tell of a ticket in either order, and only the response has its secret.
    const state = given.code && given.code === this.handoff.code ? { ...this.handoff, ...given } : given;
    if (JSON.stringify(state) === JSON.stringify(this.handoff)) return;
    this.handoff = state;
    this.items = withoutReplaced(this.items, state);
    this.#mark(state, quiet);
  }

  #mark(state: StateEvent, quiet: boolean): void {
    const mark: Mark = { kind: "state", key: uuid(), state };
    this.items.push(mark);
    this.listener.changed(quiet ? [] : [mark]);
  }

  /** Send an unsent message now. */
  retry(key: string): void {
    const item = questionOf(this.items, key);
    if (item) item.status = "unsent";
    this.#attempts = 0;
    void this.#deliverAll();
  }

  /** Give an unsent message up. */
  discard(key: string): void {
    this.#queue = settled(this.#queue, key);
    this.items = this.items.filter((one) => one.key !== key);
    this.listener.changed([]);
  }

  /**
   * Erase the conversation, at the portal first.
   *
   * @throws Unreachable, Refused: nothing was erased
   */
  async erase(): Promise<void> {
    try {
      if (this.#session) await this.client.erase(this.#session.token);
    } catch (error) {
      // A session that is over is erased, or will be by itself.
      if (!(error instanceof Refused && error.wantsNewSession)) throw error;
    }
    this.#tabs.say({ kind: "erased" });
    this.#forget();
  }

  /** Stop following; for a page that takes the widget out. */
  close(): void {
    this.#feed?.close();
    this.#tabs.close();
  }

  /** Whether the portal knows of this conversation. */
  get hasSession(): boolean {
    return this.#session !== null;
  }

  #enqueue(unsent: Unsent): void {
    closeAll(this.items);
    this.#queue = keepUnsent([...this.#queue, unsent]);
    this.#show(unsent, "sending");
    void this.#deliverAll();
  }

  #show(unsent: Unsent, status: QuestionStatus): void {
    const key = unsent.body.client_id;
    if (questionOf(this.items, key)) return;
    this.items.push({ kind: "question", key, text: unsent.shown, lang: unsent.lang, status });
    this.listener.changed([]);
  }

  /** Send what waits, one after the other, so that the order holds. */
  async #deliverAll(): Promise<void> {
    if (this.#delivering) return;
    this.#delivering = true;
    try {
      while (this.#queue[0]) {
        const unsent = this.#queue[0];
        const wait = await this.#deliver(unsent);
        if (wait !== null) {
          setTimeout(() => void this.#deliverAll(), wait);
          break;
        }
        this.#queue = settled(this.#queue, unsent.body.client_id);
      }
    } finally {
      this.#delivering = false;
    }
  }

  /** Send one message; return how long to wait before the next attempt, null if it is settled. */
  async #deliver(unsent: Unsent): Promise<number | null> {
    const item = questionOf(this.items, unsent.body.client_id);
    if (!item) return null;
    this.#set(item, "sending");
    this.#awaited(true);
    try {
      await this.#send(unsent, item);
      this.#attempts = 0;
      return null;
    } catch (error) {
      if (!this.#queue.includes(unsent)) return null; // the answer came by the stream all the same
      this.#awaited(false);
      return this.#refused(error, unsent, item);
    }
  }

  async #send(unsent: Unsent, item: Question): Promise<void> {
    const token = await this.token();
    const wait = this.#feed?.link !== "live";
    const reply = await this.client.message(token, unsent.body, wait, this.lang);
    item.turn = reply.id;
    if ("blocks" in reply) return this.add(reply);
    const known = this.items.some((one) => one.key === reply.id);
    this.#set(item, known ? "done" : "waiting");
    if (known) this.#awaited(false);
    else for (const pause of LOOK_AFTER) setTimeout(() => this.#lookAfter(item), pause);
  }

  /** Ask once more for a turn that the stream has not brought. */
  async #lookAfter(item: Question): Promise<void> {
    if (item.status === "waiting") await this.#feed?.refresh().catch(() => {});
  }

  #refused(error: unknown, unsent: Unsent, item: Question): number | null {
    if (!(error instanceof Refused) || error.status >= 500) {
      this.#set(item, "unsent");
      return RETRY_AFTER[this.#attempts++] ?? RETRY_AT_LAST_AFTER;
    }
    if (error.status === 429) {
      this.#set(item, "unsent", error.message);
      return 1000 * (error.retryAfter ?? 10);
    }
    if (error.wantsNewSession && this.#session && unsent.body.text) {
      this.#drop();
      closeAll(this.items);
      this.listener.renewed();
      return 0;
    }
    if (error.wantsNewSession) this.#drop();
    if (unsent.body.text && (error.status === 400 || error.status === 413)) {
      this.items = this.items.filter((one) => one !== item);
      this.listener.changed([]);
      this.listener.rejected(unsent.body.text, error.message);
    } else this.#set(item, "failed", error.message);
    return null;
  }

  #set(item: Question, status: QuestionStatus, trouble?: string): void {
    item.status = status;
    if (trouble) item.trouble = trouble;
    else delete item.trouble;
    this.listener.changed([]);
  }

  #awaited(now: boolean): void {
    if (this.#feed) this.#feed.awaiting = now;
    this.listener.typing(now && this.handoff.state !== "claimed" ? "assistant" : null);
  }

  #adopt(session: SessionGrant): void {
    this.#session = session;
    this.expiresAt = session.expires_at;
    kept.set("session", session);
  }

  /** Read what was said so far, without telling it aloud, then follow. */
  async #follow(): Promise<void> {
    if (!this.#session || this.#feed) return;
    const feed = new Feed(this.client, this.#session.token, {
      received: (event) => {
        this.#received(event, history);
        if (!history) this.#tabs.say({ kind: "event", event });
      },
      linked: (link) => this.listener.linked(link),
      ended: () => this.#drop(),
    });
    this.#feed = feed;
    let history = true;
    try {
      await feed.refresh();
    } catch (error) {
      if (error instanceof Refused && error.wantsNewSession) return this.#drop();
    } finally {
      history = false;
    }
    void feed.run();
  }

  #received(event: Incoming, quiet: boolean): void {
    if (event.event === "turn") this.#turn(event.data as Turn, quiet);
    else if (event.event === "agent") this.#agent(event, quiet);
    else if (event.event === "state") this.#state(event, quiet);
    else if (event.event === "typing") this.#typing(event.data as { on?: boolean; who?: string });
  }

  #turn(turn: Turn, quiet: boolean): void {
    if (!this.#isNew(turn.id)) return;
    // A correction comes unasked: it answers nothing that is being sent.
    const question = turn.corrects ? undefined : answered(this.items, turn, quiet);
    closeAll(this.items);
    const answer: Answer = { kind: "turn", key: turn.id, turn };
    if (question) {
      question.status = "done";
      // A page that is left before the response arrives must not send it again.
      if (question.text === turn.question) this.#queue = settled(this.#queue, question.key);
      this.items.splice(this.items.indexOf(question) + 1, 0, answer);
    } else {
      if (turn.question) this.items.push(asked(turn));
      this.items.push(answer);
    }
    if (!isAwaiting(this.items)) this.#awaited(false);
    this.listener.changed(quiet ? [] : [answer]);
  }

  #agent(event: Incoming, quiet: boolean): void {
    const message = event.data as AgentMessage;
    const key = message.id ?? this.#keyOf(event);
    if (!this.#isNew(key)) return;
    const item: FromOfficer = { kind: "agent", key, message };
    this.items.push(item);
    this.listener.typing(null);
    this.listener.changed(quiet ? [] : [item]);
  }

  #state(event: Incoming, quiet: boolean): void {
    if (!this.#isNew(this.#keyOf(event))) return;
    const said = event.data as StateEvent;
    if (said.state === "dossier_changed") this.#mark(said, quiet);
    else this.setHandoff(said as HandoffState, quiet);
  }

  #isNew(key: string): boolean {
    const { size } = this.#seen;
    return this.#seen.add(key).size > size;
  }

  /** Events are numbered anew in each session. */
  #keyOf(event: Incoming): string {
    return `${this.#session?.token} ${event.id}`;
  }

  #typing(data: { on?: boolean; who?: string }): void {
    const who = data.who === "agent" ? "officer" : "assistant";
    this.listener.typing(data.on === false ? null : who);
  }

  #drop(): void {
    this.#feed?.close();
    this.#feed = null;
    this.#session = null;
    this.expiresAt = null;
    kept.set("session", null);
  }

  #forget(): void {
    this.#drop();
    this.items = [];
    this.#queue = keepUnsent([]);
    this.#seen.clear();
    this.handoff = { state: "bot" };
    this.listener.typing(null);
    this.listener.erased();
  }
}
