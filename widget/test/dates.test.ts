import { expect, test } from "vitest";
import { moment, partialDate, readable } from "../src/dates";

test.each([
  ["2025-10-01", "01/10/2025", "1 October 2025"],
  ["2025-10", "10/2025", "October 2025"],
  ["2025", "2025", "2025"],
])("%s is written as each language writes it", (date, vi, en) => {
  expect([readable(date, "vi"), readable(date, "en")]).toEqual([vi, en]);
});

test("a moment is told by the clock in Viet Nam", () => {
  expect(moment("2026-12-24T18:30:00Z", "vi")).toBe("01:30 25/12/2026");
  expect(moment("2026-12-24T18:30:00Z", "en")).toBe("01:30, 25 December 2026");
});

test.each([
  ["2024", "2024"],
  ["5/2024", "2024-05"],
  ["15/05/2024", "2024-05-15"],
  ["2024-05-15", "2024-05-15"],
  ["30/02/2024", null],
  ["13/2024", null],
  ["hôm qua", null],
])("what is typed as %s is understood as %s", (written, understood) => {
  expect(partialDate(written)).toBe(understood);
});
