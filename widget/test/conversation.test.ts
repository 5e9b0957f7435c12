import { afterEach, beforeEach, describe, expect, type Mock, test, vi } from "vitest";
import { Client } from "../src/client";
import { Conversation } from "../src/conversation";
import type { ConversationListener, Item } from "../src/items";
import { kept } from "../src/storage";
import { turn } from "./samples";

type Answer = { status?: number; body?: unknown; headers?: Record<string, string> } | "no network";

/** A portal that gives the answers that a test lays out, one after the other, for each call. */
class Portal {
  calls: { call: string; body: Record<string, unknown>; token: string | null }[] = [];
  answers: Record<string, Answer[]> = {};

  fetch = (url: string, init: RequestInit): Promise<Response> => {
    const call = `${init.method} ${new URL(url).pathname}`;
    const headers = new Headers(init.headers);
    const body = JSON.parse((init.body as string | undefined) ?? "{}") as Record<string, unknown>;
    this.calls.push({ call, body, token: headers.get("Authorization") });
    const laid = this.answers[call] ?? [];
    const answer = laid.length > 1 ? laid.shift() : laid[0];
    if (answer === "no network") return Promise.reject(new TypeError("failed"));
    const { status = 200, body: said = {}, headers: more } = answer ?? { status: 404 };
    const text = status === 204 ? null : JSON.stringify(said);
    return Promise.resolve(new Response(text, { status, headers: more ?? {} }));
  };

  sent(call: string) {
    return this.calls.filter((one) => one.call === call);
  }
}

const SESSION = { token: "T1", expires_at: "2099-01-01T00:00:00Z", lang: "vi" };
const ASK = "POST /v1/messages";
let portal: Portal;
let listener: { [Name in keyof ConversationListener]: Mock<ConversationListener[Name]> };
let conversation: Conversation;

function start(): Conversation {
  return new Conversation(new Client("https://portal.example"), listener, "vi");
}

const settled = () => vi.advanceTimersByTimeAsync(50);
const shown = (items: Item[]) =>
  items.map((item) => (item.kind === "question" ? `${item.text} (${item.status})` : item.kind));

beforeEach(() => {
  vi.useFakeTimers();
  sessionStorage.clear();
  localStorage.clear();
  kept.set("session", null);
  kept.set("outbox", null);
  portal = new Portal();
  portal.answers = {
    "POST /v1/session": [{ status: 201, body: SESSION }],
    "GET /v1/messages": [{ body: { events: [] } }],
    [ASK]: [{ body: turn({ question: "phí" }) }],
  };
  vi.stubGlobal("fetch", portal.fetch);
  listener = {
    changed: vi.fn(),
    typing: vi.fn(),
    linked: vi.fn(),
    rejected: vi.fn(),
    renewed: vi.fn(),
    erased: vi.fn(),
  };
  conversation = start();
});

afterEach(() => {
  conversation.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("nothing is asked of the portal before the first message", async () => {
  await Promise.all([conversation.resume(), vi.advanceTimersByTimeAsync(5000)]);
  expect(portal.calls).toEqual([]);
});

test("a question opens a session, is sent once and answered", async () => {
  conversation.ask("phí");
  await settled();
  expect(portal.sent("POST /v1/session")).toHaveLength(1);
  expect(portal.sent(ASK)).toMatchObject([{ body: { text: "phí" }, token: "Bearer T1" }]);
  expect(shown(conversation.items)).toEqual(["phí (done)", "turn"]);
  expect(listener.changed).toHaveBeenCalledWith([expect.objectContaining({ kind: "turn" })]);
});

test("the same turn from two ways is shown once", async () => {
  portal.answers["GET /v1/messages"] = [
    { body: { events: [] } },
    { body: { events: [{ id: 1, event: "turn", data: turn({ question: "phí" }) }] } },
  ];
  conversation.ask("phí");
  await vi.advanceTimersByTimeAsync(12_000);
  expect(shown(conversation.items)).toEqual(["phí (done)", "turn"]);
});

test("history is shown without being told aloud", async () => {
  kept.set("session", SESSION);
  portal.answers["GET /v1/messages"] = [{ body: { events: [{ id: 1, event: "turn", data: turn() }] } }];
  await conversation.resume();
  expect(shown(conversation.items)).toEqual(["Thời hạn cấp giấy phép? (done)", "turn"]);
  expect(listener.changed.mock.calls.every(([fresh]) => fresh.length === 0)).toBe(true);
});

describe("when a message cannot be sent", () => {
  test("without a network it is kept and sent again, under the same id", async () => {
    portal.answers[ASK] = ["no network", { body: turn({ question: "phí" }) }];
    conversation.ask("phí");
    await settled();
    expect(shown(conversation.items)).toEqual(["phí (unsent)"]);
    expect(kept.get("outbox")).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(3000);
    const [first, second] = portal.sent(ASK);
    expect(second?.body).toEqual(first?.body);
    expect(shown(conversation.items)).toEqual(["phí (done)", "turn"]);
    expect(kept.get("outbox")).toBeNull();
  });

  test("a page that is loaded anew sends what was kept", async () => {
    portal.answers[ASK] = ["no network"];
    conversation.ask("phí");
    await settled();
    conversation.close();
    portal.answers[ASK] = [{ body: turn({ question: "phí" }) }];
    conversation = start();
    await Promise.all([conversation.resume(), vi.advanceTimersByTimeAsync(500)]);
    expect(shown(conversation.items)).toEqual(["phí (done)", "turn"]);
  });

  test("a limit of the portal is waited for", async () => {
    portal.answers[ASK] = [
      { status: 429, body: { detail: "Quá nhiều câu hỏi." }, headers: { "Retry-After": "30" } },
      { body: turn({ question: "phí" }) },
    ];
    conversation.ask("phí");
    await vi.advanceTimersByTimeAsync(29_000);
    expect(portal.sent(ASK)).toHaveLength(1);
    expect(conversation.items[0]).toMatchObject({ status: "unsent", trouble: "Quá nhiều câu hỏi." });
    await vi.advanceTimersByTimeAsync(2000);
    expect(shown(conversation.items)).toEqual(["phí (done)", "turn"]);
  });

  test("what the portal refuses for its words goes back to where it was written", async () => {
    portal.answers[ASK] = [{ status: 400, body: { detail: "Câu hỏi quá dài." } }];
    conversation.ask("phí");
    await settled();
    expect(conversation.items).toEqual([]);
    expect(listener.rejected).toHaveBeenCalledWith("phí", "Câu hỏi quá dài.");
  });

  test("an ended session is renewed and the question sent in the new one", async () => {
    portal.answers["POST /v1/session"] = [
      { status: 201, body: SESSION },
      { status: 201, body: { ...SESSION, token: "T2" } },
    ];
    portal.answers[ASK] = [
      { status: 401, body: { detail: "Hết phiên." } },
      { body: turn({ question: "phí" }) },
    ];
    conversation.ask("phí");
    await vi.advanceTimersByTimeAsync(1000);
    expect(portal.sent(ASK).map((one) => one.token)).toEqual(["Bearer T1", "Bearer T2"]);
    expect(listener.renewed).toHaveBeenCalledOnce();
    expect(shown(conversation.items)).toEqual(["phí (done)", "turn"]);
  });

  test("questions keep their order while the first waits", async () => {
    portal.answers[ASK] = [
      "no network",
      { body: turn({ id: "01A", question: "một" }) },
      { body: turn({ id: "01B", seq: 2, question: "hai" }) },
    ];
    conversation.ask("một");
    conversation.ask("hai");
    await vi.advanceTimersByTimeAsync(4000);
    expect(portal.sent(ASK).map((one) => one.body.text)).toEqual(["một", "một", "hai"]);
    expect(shown(conversation.items)).toEqual(["một (done)", "turn", "hai (done)", "turn"]);
  });
});

describe("quick replies", () => {
  const suggestions = [
    { id: "s1", text: "Lệ phí?" },
    { id: "s2", text: "Hồ sơ?" },
  ];

  beforeEach(async () => {
    portal.answers[ASK] = [
      { body: turn({ question: "phí", suggestions }) },
      { body: turn({ id: "01B", seq: 2, question: "Lệ phí?" }) },
    ];
    conversation.ask("phí");
    await settled();
  });

  test("are closed once one is chosen, and send its id", async () => {
    const [, answer] = conversation.items;
    if (answer?.kind !== "turn") throw new Error("no answer");
    conversation.choose(answer, "s1");
    conversation.choose(answer, "s2");
    await settled();
    expect(answer).toMatchObject({ chosen: "s1", closed: true });
    expect(portal.sent(ASK).map(({ body }) => body.choice)).toEqual([undefined, "s1"]);
    expect(shown(conversation.items)).toEqual(["phí (done)", "turn", "Lệ phí? (done)", "turn"]);
  });

  test("are closed by any other question", async () => {
    conversation.ask("khác");
    await settled();
    expect(conversation.items[1]).toMatchObject({ closed: true });
  });
});

describe("erasing", () => {
  beforeEach(async () => {
    conversation.ask("phí");
    await settled();
  });

  test("happens at the portal and here", async () => {
    portal.answers["DELETE /v1/session"] = [{ status: 204 }];
    await conversation.erase();
    expect([conversation.items, kept.get("session"), conversation.hasSession]).toEqual([[], null, false]);
    expect(listener.erased).toHaveBeenCalledOnce();
  });

  test("forgets a session that is over already", async () => {
    portal.answers["DELETE /v1/session"] = [{ status: 403 }];
    await conversation.erase();
    expect(conversation.items).toEqual([]);
  });

  test("leaves everything as it was when the portal is not reached", async () => {
    portal.answers["DELETE /v1/session"] = ["no network"];
    await expect(conversation.erase()).rejects.toThrow();
    expect(conversation.items).toHaveLength(2);
  });
});

test("a hand-off is told once for each state, and the place in the queue is brought up to date", () => {
  conversation.setHandoff({ state: "bot" });
  conversation.setHandoff({ state: "queued", position: 3 });
  conversation.setHandoff({ state: "queued", position: 2 });
  conversation.setHandoff({ state: "queued", position: 2 });
  conversation.setHandoff({ state: "claimed" });
  expect(conversation.items).toMatchObject([{ state: { position: 2 } }, { state: { state: "claimed" } }]);
});

test("the secret of a ticket is shown, whether the response or the stream comes first", () => {
  const shown = () =>
    conversation.items.map((item) => item.kind === "state" && [item.state.code, item.state.secret]);
  conversation.setHandoff({ state: "ticket", code: "P-1" });
  conversation.setHandoff({ state: "ticket", code: "P-1", secret: "s" });
  expect(shown()).toEqual([["P-1", "s"]]);
  conversation.setHandoff({ state: "ticket", code: "P-1" });
  expect(shown()).toEqual([["P-1", "s"]]);
  conversation.setHandoff({ state: "ticket", code: "P-2", secret: "t" });
  expect(shown()).toEqual([
    ["P-1", "s"],
    ["P-2", "t"],
  ]);
});

test("what stood there before the page was loaded is shown and not told", async () => {
  kept.set("session", SESSION);
  const events = [
    { id: "1", event: "state", data: { state: "queued", position: 1 } },
    { id: "2", event: "state", data: { state: "closed", reason: "unanswered" } },
    { id: "3", event: "state", data: { state: "dossier_changed" } },
  ];
  portal.answers["GET /v1/messages"] = [{ body: { events } }];
  conversation = start();
  await conversation.resume();
  await settled();
  expect(shown(conversation.items)).toEqual(["state", "state", "state"]);
  expect(conversation.handoff).toEqual({ state: "closed", reason: "unanswered" });
  expect(listener.changed.mock.calls.flat(2)).toEqual([]);
});

test("a correction is taken for no answer to what is being sent", async () => {
  conversation.ask("phí");
  conversation.add(turn({ id: "correction", question: "", corrects: "earlier" }));
  expect(shown(conversation.items)).toEqual(["phí (sending)", "turn"]);
  await settled();
  expect(shown(conversation.items)).toEqual(["phí (done)", "turn", "turn"]);
});
