import { expect, test } from "vitest";
import { isCurrent, renderNotices } from "../src/notices";
import { TEXTS } from "../src/texts";

const notice = {
  id: "tet",
  level: "info" as const,
  text: { vi: "Nghỉ Tết.", en: "Closed for Tet." },
  from: "2027-02-05T00:00:00+07:00",
  to: "2027-02-12T00:00:00+07:00",
};

test.each([
  ["2027-02-04T16:59:59Z", false],
  ["2027-02-04T17:00:00Z", true],
  ["2027-02-11T17:00:00Z", false],
])("at %s it is shown: %s", (moment, shown) => {
  expect(isCurrent(notice, Date.parse(moment))).toBe(shown);
});

test("it says its beginning and its end, and can be hidden", () => {
  const hidden: string[] = [];
  const [made] = renderNotices([notice], (id) => hidden.push(id), "en", TEXTS.en);
  expect(made?.textContent).toContain(
    "Closed for Tet.From 00:00, 5 February 2027 to 00:00, 12 February 2027.",
  );
  made?.querySelector("button")?.click();
  expect(hidden).toEqual(["tet"]);
});
