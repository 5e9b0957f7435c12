/** Search and cards out of the copy. */
import { expect, test } from "vitest";
import type { CopiedEntry } from "../src/search/copy";
import { blocks, fold, LocalSearch } from "../src/search/local";

function entry(id: string, vi: string, en: string, text: string): CopiedEntry {
  const words = (name: string, label: string) => ({
    name,
    aliases: [],
    sources: ["[1] Nghị định 219/2025/NĐ-CP"],
    facets: [
      { facet: "overview", label: "Tổng quan", aloud: "Ngắn.", text: "Tổng quát.", caveats: [] },
      { facet: "fee", label, aloud: null, text, caveats: ["Chưa xác nhận."] },
    ],
  });
  return { entry: id, version: 3, kind: "procedure", vi: words(vi, "Lệ phí"), en: words(en, "Fees") };
}

const search = new LocalSearch({
  made_on: "2026-11-23",
  release: "abc",
  entries: [
    entry("procedure.permit", "Giấy phép lao động", "Work permit", "400.000 đồng\n- một\n- hai"),
    entry("procedure.irc", "Giấy chứng nhận đăng ký đầu tư", "Investment certificate", "Miễn phí"),
  ],
});
const found = (typed: string) => search.search(typed, "vi", 5).map(({ entry: id, facet }) => [id, facet]);

test("words are found with and without accents, by their beginnings, in both languages", () => {
  for (const typed of ["giấy phép lao động", "giay phep lao d", "WORK PERM"])
    expect(found(typed)[0]?.[0]).toBe("procedure.permit");
  expect(fold("Đầu tư,  THUẾ")).toBe(" dau tu thue");
});

test("the facet that holds the words comes first, document numbers count", () => {
  expect(found("lệ phí giấy phép lao động")[0]).toEqual(["procedure.permit", "fee"]);
  expect(found("219/20")).toHaveLength(2);
});

test("what holds too few of the words is not shown", () => {
  expect(found("giấy khai sinh của con")).toEqual([]);
  expect(found("  ")).toEqual([]);
});

test("a card says that it is a copy, and keeps its caveats", () => {
  const asked = {
    entry: "procedure.permit",
    facet: "fee",
    lang: "en" as const,
    as_of: null,
    licensed_on: null,
  };
  const card = search.card(asked);
  expect(card).toMatchObject({
    copied: "2026-11-23",
    version: 3,
    facet: "fee",
    name: "Work permit",
    lang: "en",
  });
  expect(card?.aloud.text).toBeNull();
  expect(card?.facets.map(({ facet }) => facet)).toEqual(["fee", "overview"]);
  expect(card?.facets[0]?.caveats[0]?.text).toBe("Chưa xác nhận.");
  expect(card?.text).toContain("219/2025/NĐ-CP");
  expect(search.card({ ...asked, entry: "procedure.none" })).toBeNull();
});

test("lines become blocks again", () => {
  expect(blocks("Nộp hồ sơ.\n1. Đơn\n2. Bản sao\n- một\n- hai\n1. Khác")).toEqual([
    { type: "para", text: "Nộp hồ sơ." },
    { type: "list", ordered: true, items: ["Đơn", "Bản sao"] },
    { type: "list", ordered: false, items: ["một", "hai"] },
    { type: "list", ordered: true, items: ["Khác"] },
  ]);
});
