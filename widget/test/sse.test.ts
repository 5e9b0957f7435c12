import { expect, test } from "vitest";
import { EventParser } from "../src/sse";

const STREAM =
  'id: 1\nevent: turn\ndata: {"a":\ndata: 1}\n\n: ping\n\nid:2\r\nevent:typing\r\ndata:x\r\n\r\n';
const EVENTS = [
  { id: "1", event: "turn", data: '{"a":\n1}' },
  { id: "2", event: "typing", data: "x" },
];

test.each([1, 2, 3, 7, 1000])(
  "events are found however the text is cut (%i characters at a time)",
  (size) => {
    const parser = new EventParser();
    const found = [];
    for (let at = 0; at < STREAM.length; at += size) found.push(...parser.push(STREAM.slice(at, at + size)));
    expect(found).toEqual(EVENTS);
  },
);

test("an event that is not complete is not given out", () => {
  expect(new EventParser().push("id: 3\ndata: half\n")).toEqual([]);
});
