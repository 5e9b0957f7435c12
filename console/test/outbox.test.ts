/** Calls on their way into the log: kept first, sent once, in nobody else's name. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Api, Refused, Unreachable } from "../src/api";
import { type Call, Outbox } from "../src/search/outbox";

type Kept = { client_id: string; by: string; at: number; call: Call };
const kept = new Map<string, Kept>();
/** What the browser's database does, without one. */
const store = {
  put: (one: Kept) => kept.set(one.client_id, one),
  getAll: () => [...kept.values()],
  delete: (id: string) => kept.delete(id),
};
vi.mock("../src/database", () => ({
  transact: (_place: unknown, _mode: unknown, act: (given: typeof store) => unknown) =>
    Promise.resolve(act(store)),
}));

const CALL: Call = { topic: "procedure", lang: "vi", entry: "procedure.permit", version: 2, solved: true };
const listener = { pending: vi.fn(), sent: vi.fn(), refused: vi.fn() };
const post =
  vi.fn<(path: string, body: Call & { client_id: string; seconds_ago: number }) => Promise<void>>();
const api = { post } as unknown as Api;
const refusal = (status: number) => new Refused(status, "key", "detail", null, {});
let outbox: Outbox;

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse("2026-11-23T08:00:00Z") });
  vi.resetAllMocks();
  kept.clear();
  outbox = new Outbox();
  outbox.watch(listener);
  outbox.begin(api, "lan");
});

afterEach(() => {
  outbox.end();
  vi.useRealTimers();
});

test("what the portal takes is not kept", async () => {
  expect(await outbox.log(CALL)).toBe(true);
  expect(post).toHaveBeenCalledOnce();
  expect(post.mock.lastCall?.[1]).toMatchObject({ ...CALL, seconds_ago: 0 });
  expect(kept.size).toBe(0);
  expect(listener.pending).toHaveBeenLastCalledWith(0);
});

test.each([new Unreachable(), refusal(401), refusal(403), refusal(429), refusal(503)])(
  "%s: it is kept and sent again under the same id, with how long it waited",
  async (error) => {
    post.mockRejectedValueOnce(error);
    expect(await outbox.log(CALL)).toBe(false);
    expect(listener.pending).toHaveBeenLastCalledWith(1);
    await vi.advanceTimersByTimeAsync(10_000);
    const [first, second] = post.mock.calls.map(([, body]) => body);
    expect(second).toEqual({ ...first, seconds_ago: 10 });
    expect(kept.size).toBe(0);
    expect(listener.sent).toHaveBeenCalledExactlyOnceWith(1);
    expect(listener.pending).toHaveBeenLastCalledWith(0);
  },
);

test("what the portal does not take is told and not kept", async () => {
  post.mockRejectedValueOnce(refusal(400));
  await expect(outbox.log(CALL)).rejects.toThrow("detail");
  expect(kept.size).toBe(0);
});

test("one that is refused after it waited holds up no other", async () => {
  post.mockRejectedValueOnce(new Unreachable()).mockRejectedValueOnce(new Unreachable());
  await outbox.log(CALL);
  vi.advanceTimersByTime(1);
  await outbox.log({ ...CALL, solved: false });
  post.mockRejectedValueOnce(refusal(409));
  await outbox.flush();
  expect(listener.refused).toHaveBeenCalledOnce();
  expect(listener.sent).toHaveBeenCalledExactlyOnceWith(1);
  expect(post.mock.lastCall?.[1].solved).toBe(false);
  expect(kept.size).toBe(0);
});

test("an entry that is gone by now is left out", async () => {
  post.mockRejectedValueOnce(refusal(404));
  expect(await outbox.log(CALL)).toBe(true);
  expect(post.mock.lastCall?.[1]).not.toHaveProperty("entry");
  expect(post.mock.lastCall?.[1]).toMatchObject({ topic: "procedure", solved: true });
});

test("a portal that does not answer is not waited for", async () => {
  post.mockReturnValueOnce(new Promise(() => undefined));
  const logged = outbox.log(CALL);
  await vi.advanceTimersByTimeAsync(3_000);
  expect(await logged).toBe(false);
  expect(kept.size).toBe(1);
});

test("somebody else's calls stay, and those that nobody came back for go", async () => {
  const at = Date.now() - 60_000;
  kept.set("a", { client_id: "a", by: "mai", at, call: CALL });
  kept.set("b", { client_id: "b", by: "lan", at: at - 40 * 86_400_000, call: CALL });
  await outbox.flush();
  expect(post).not.toHaveBeenCalled();
  expect([...kept.keys()]).toEqual(["a"]);
  outbox.begin(api, "mai");
  await outbox.flush();
  expect(post).toHaveBeenCalledOnce();
  expect(kept.size).toBe(0);
});

test("without somebody signed in nothing is sent", async () => {
  outbox.end();
  kept.set("a", { client_id: "a", by: "lan", at: Date.now(), call: CALL });
  await outbox.flush();
  expect(post).not.toHaveBeenCalled();
  expect(kept.size).toBe(1);
});
