import { afterEach, expect, test, vi } from "vitest";
import { Keys } from "../src/keys";

const room = document.createElement("div");
document.body.append(room);
const keys = new Keys(room);

afterEach(() => {
  room.replaceChildren();
  keys.enabled = true;
});

function press(key: string, more: KeyboardEventInit = {}, target: EventTarget = room): boolean {
  return !target.dispatchEvent(
    new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }),
  );
}

test("a key acts until its signal ends, and the latest of a name wins", () => {
  const [first, second, leaving] = [vi.fn(), vi.fn(), new AbortController()];
  keys.add({ key: "k", says: () => "first", act: first });
  keys.add({ key: "k", says: () => "second", act: second }, leaving.signal);
  expect(press("K")).toBe(true);
  leaving.abort();
  press("k");
  expect([first.mock.calls.length, second.mock.calls.length]).toEqual([1, 1]);
  expect(keys.list().map(({ says }) => says())).toEqual(["first"]);
});

test.each([{ ctrlKey: true }, { altKey: true }, { metaKey: true }, { isComposing: true }, { repeat: true }])(
  "%o leaves the key to the browser",
  (how) => {
    expect(press("k", how)).toBe(false);
  },
);

test("who writes is not disturbed, who ticks a box may go on", () => {
  const text = document.createElement("input");
  const box = Object.assign(document.createElement("input"), { type: "checkbox" });
  room.append(text, box);
  expect([press("k", {}, text), press("k", {}, box)]).toEqual([false, true]);
});

test("switched off they do nothing", () => {
  keys.enabled = false;
  expect(press("k")).toBe(false);
});
