import { expect, test, vi } from "vitest";
import { changesOf } from "../src/editing/changes";
import type { Data } from "../src/editing/data";
import { inWords, merged, nameOf } from "../src/editing/difference";
import { Marks } from "../src/editing/marks";
import { Draft } from "../src/editing/slots";
import { setLang } from "../src/language";

function draft(data: Data): Draft {
  return new Draft(data, vi.fn());
}

test("a value is written where it belongs, and what it leaves empty goes", () => {
  const made = draft({ id: "x" });
  made.slot("facets", "fee", "rules", 0, "text", "vi").set("Không thu phí.");
  expect(made.data).toEqual({ id: "x", facets: { fee: { rules: [{ text: { vi: "Không thu phí." } }] } } });
  made.slot("aliases", "vi").set(["bìa xanh"]);
  made.slot("aliases", "vi").set(undefined);
  expect(made.data).not.toHaveProperty("aliases");
  made.slot("facets", "fee", "rules", 0).set(undefined);
  expect(made.data.facets).toEqual({ fee: { rules: [] } });
  expect(made.changed).toHaveBeenCalledTimes(4);
});

test("removing what is not there writes nothing", () => {
  const made = draft({});
  made.slot("zone", "focus", "vi").set(undefined);
  expect(made.data).toEqual({});
});

test("the difference names the field and what it said", () => {
  const rule = (vi: string) => ({ facets: { fee: { rules: [{ text: { vi, en: "x" } }] } } });
  expect(changesOf({ ...rule("a"), owner: "b" }, rule("c"))).toEqual([
    { field: "facets.fee.rules[0].text.vi", before: "a", after: "c" },
    { field: "owner", before: "b", after: null },
  ]);
  expect(changesOf({ dates: ["2025"] }, { dates: ["2025", "2026"] })).toEqual([
    { field: "dates", before: ["2025"], after: ["2025", "2026"] },
  ]);
});

test("a text is compared word by word", () => {
  expect(merged(["trong", " ", "15", " ", "ngày"], ["trong", " ", "10", " ", "ngày"])).toEqual([
    ["same", "trong "],
    ["del", "15"],
    ["ins", "10"],
    ["same", " ngày"],
  ]);
});

test("fields and figures are named as people say them", () => {
  setLang("en");
  expect(nameOf("facets.fee.rules[1].text.vi", null)).toBe("fee › Rules 2 › Answer › Vietnamese");
  expect(inWords([{ value: "15", unit: "working_day" }])).toBe("15 working days");
});

test("a problem is said at its field, or at the nearest one around it", () => {
  setLang("vi");
  const marks = new Marks();
  const [field, around] = [document.createElement("p"), document.createElement("p")];
  const input = document.createElement("input");
  document.body.append(field, around, input);
  marks.add(["owner"], field, input);
  marks.add([], around);
  marks.show([
    { path: ["owner"], vi: "Cần điền mục này.", en: "" },
    { path: ["zone", "area_ha"], vi: "Không hợp lệ.", en: "" },
  ]);
  expect([field.textContent, around.textContent]).toEqual(["Cần điền mục này.", "Không hợp lệ."]);
  expect(input.getAttribute("aria-invalid")).toBe("true");
  marks.show([]);
  expect([field.textContent, input.hasAttribute("aria-invalid")]).toEqual(["", false]);
});
