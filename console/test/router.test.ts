import { expect, test } from "vitest";
import { address, parse } from "../src/router";

test("an address is read as it was written", () => {
  const written = address("search", ["procedure.work-permit", "a/b?"], {
    q: "lệ phí & thuế",
    as_of: null,
    x: "",
  });
  expect(written).not.toContain("as_of");
  const { name, parts, query } = parse(written);
  expect([name, parts]).toEqual(["search", ["procedure.work-permit", "a/b?"]]);
  expect([...query]).toEqual([["q", "lệ phí & thuế"]]);
});

test.each(["", "#", "#/", "#/%E0%A4%A", "#//?"])("%s leads to the beginning", (hash) => {
  expect(parse(hash).name).toBe("");
});
