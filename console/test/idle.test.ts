/** The end of a session: warned of, put off by work, fixed after a day. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Idle } from "../src/idle";
import type { Me } from "../src/types";

const NOW = Date.parse("2026-11-23T08:00:00Z");
const MINUTE = 60_000;
const listener = { ending: vi.fn(), safe: vi.fn(), ended: vi.fn(), ask: vi.fn() };
let idle: Idle;

function begin(hours: number): void {
  const at = (minutes: number) => new Date(NOW + minutes * MINUTE).toISOString();
  const me: Me = {
    name: "lan",
    roles: [],
    permissions: [],
    csrf: "",
    ends_at: at(60 * hours),
    idle_ends_at: at(30),
  };
  idle = new Idle(me, NOW, listener);
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.resetAllMocks();
});

afterEach(() => {
  idle.stop();
  vi.useRealTimers();
});

test("without use it warns two minutes before the end, then ends once", () => {
  begin(10);
  vi.advanceTimersByTime(27 * MINUTE);
  expect(listener.ending).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1.5 * MINUTE);
  expect(listener.ending.mock.lastCall?.[1]).toBe(false);
  vi.advanceTimersByTime(5 * MINUTE);
  expect(listener.ended).toHaveBeenCalledOnce();
});

test("a key puts the end off, and the portal is told that somebody is at work", () => {
  begin(10);
  vi.advanceTimersByTime(29 * MINUTE);
  dispatchEvent(new Event("keydown"));
  expect(listener.safe).toHaveBeenCalledOnce();
  expect(listener.ask).toHaveBeenCalledOnce();
  vi.advanceTimersByTime(27 * MINUTE);
  expect(listener.ended).not.toHaveBeenCalled();
});

test("the end of the day cannot be put off", () => {
  begin(0.5);
  vi.advanceTimersByTime(29 * MINUTE);
  dispatchEvent(new Event("pointerdown"));
  expect(listener.ending.mock.lastCall?.[1]).toBe(true);
  vi.advanceTimersByTime(2 * MINUTE);
  expect(listener.ended).toHaveBeenCalledOnce();
});
