import { expect, test } from "vitest";
import { renderBlock } from "../src/blocks";
import { link } from "../src/dom";
import { TEXTS } from "../src/texts";
import type { Block } from "../src/types";

const render = (block: unknown) => renderBlock(block as Block, TEXTS.vi, () => null);

test("text stays text", () => {
  const made = render({ type: "para", text: "<img src=x onerror=alert(1)>" });
  expect(made?.children.length).toBe(0);
  expect(made?.textContent).toBe("<img src=x onerror=alert(1)>");
});

test.each(["javascript:alert(1)", "JAVASCRIPT:alert(1)", "data:text/html,x", "vbscript:x", "//evil.example"])(
  "%s is no link",
  (url) => {
    expect(link("Xem", url, "")).toBe("Xem");
  },
);

test.each(["https://heza.gov.vn", "tel:0000000000", "mailto:a@b.example"])("%s is a link", (url) => {
  expect((link("Xem", url, "") as HTMLAnchorElement).getAttribute("href")).toBe(url);
});

test("a table names its columns and rows, and can be reached by keyboard", () => {
  const made = render({ type: "table", columns: ["A", "B"], rows: [["1", "2"]] });
  expect(made?.getAttribute("tabindex")).toBe("0");
  expect(
    [...(made?.querySelectorAll("th") ?? [])].map((th) => `${th.getAttribute("scope")} ${th.textContent}`),
  ).toEqual(["col A", "col B", "row 1"]);
});

test("steps show their durations", () => {
  const made = render({
    type: "steps",
    items: [{ title: "Nộp", text: "Tại một cửa", duration: "1 ngày" }, { title: "Nhận" }],
  });
  expect([...(made?.children ?? [])].map((li) => li.textContent)).toEqual(["Nộp1 ngàyTại một cửa", "Nhận"]);
});

test("a notice says its level in words", () => {
  expect(render({ type: "notice", level: "warning", text: "Sắp hết hạn." })?.textContent).toBe(
    "Lưu ý: Sắp hết hạn.",
  );
});

test("a type of a later version shows what text it has", () => {
  expect(render({ type: "chart", text: "Số liệu" })?.textContent).toBe("Số liệu");
  expect(render({ type: "chart", items: ["a", "b"] })?.textContent).toBe("ab");
  expect(render({ type: "chart", points: [1] })).toBeNull();
});
