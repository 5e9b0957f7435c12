import { beforeEach, expect, test } from "vitest";
import { readOptions } from "../src/options";

const read = (given: Record<string, string> = {}) => readOptions((name) => given[name], "https://a.example");

beforeEach(() => {
  document.documentElement.lang = "vi";
});

test("without options everything has a default", () => {
  expect(read()).toEqual({
    lang: "vi",
    theme: "auto",
    position: "right",
    mode: "launcher",
    origin: "https://a.example",
    accent: null,
    hotline: null,
    hours: null,
  });
});

test("the language is that of the page unless one is set", () => {
  document.documentElement.lang = "en-GB";
  expect(read().lang).toBe("en");
  expect(read({ lang: "auto" }).lang).toBe("en");
  expect(read({ lang: "vi" }).lang).toBe("vi");
});

test("what makes no sense is left out", () => {
  const options = read({ theme: "pink", position: "top", origin: "javascript:alert(1)", hotline: "call me" });
  expect(options).toMatchObject({
    theme: "auto",
    position: "right",
    origin: "https://a.example",
    hotline: null,
  });
});

test("what makes sense is taken", () => {
  const options = read({ origin: "https://b.example/x", hotline: "0000 000 000", position: "left" });
  expect(options).toMatchObject({ origin: "https://b.example", hotline: "0000 000 000", position: "left" });
});
