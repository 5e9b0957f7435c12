import { describe, expect, test } from "vitest";
import { contrast, DARK, LIGHT, PAIRS, themeRules, usableAccent } from "../src/theme";

test("contrast is that of WCAG", () => {
  expect(contrast("#000000", "#ffffff")).toBeCloseTo(21);
  expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 2);
});

describe.each([
  ["light", LIGHT],
  ["dark", DARK],
])("%s", (_name, palette) => {
  test.each(PAIRS)("%s on %s has at least %f : 1", (front, ground, least) => {
    expect(contrast(palette[front], palette[ground])).toBeGreaterThanOrEqual(least);
  });
});

test.each([
  ["#123f6b", "#123f6b"],
  ["#ffcc00", null],
  ["red", null],
  ["#123f6b}*{display:none", null],
  [null, null],
])("the accent %s is taken as %s", (given, taken) => {
  expect(usableAccent(given)).toBe(taken);
});

test("an accent colours the light look", () => {
  expect(themeRules("#123f6b")).toContain("--brand:#123f6b;");
});
