import { expect, test } from "vitest";
import { answerInWords, permanentLink, renderAnswer } from "../src/answer";
import { renderSources } from "../src/sources";
import { TEXTS } from "../src/texts";
import { turn } from "./samples";

const [citation] = turn().citations;

test("a note gives document, article, title, validity, record and confirmation", () => {
  const text = renderSources(turn(), TEXTS.vi)?.textContent;
  expect(text).toContain("35/2022/NĐ-CP, Điều 26 Chưa xác nhận");
  expect(text).toContain("hiệu lực từ 15/07/2022 · ghi nhận ngày 10/01/2026 · cán bộ chưa xác nhận");
  expect(text).toContain("Theo quy định tại ngày 22/11/2026.");
});

test("law that has ended is marked in words", () => {
  const ended = { ...citation!, status: "expired" as const, effective_to: "2025-08-06" };
  const section = renderSources(turn({ citations: [ended] }), TEXTS.vi);
  expect(section?.querySelector(".note.expired .tag")?.textContent).toBe("Hết hiệu lực");
  expect(section?.textContent).toContain("hiệu lực từ 15/07/2022 đến 06/08/2025");
});

test("confirmed law carries no mark", () => {
  const confirmed = { ...citation!, status: "in_force" as const, verified_on: "2026-03-01" };
  const section = renderSources(turn({ citations: [confirmed] }), TEXTS.en);
  expect(section?.querySelector(".tag")).toBeNull();
  expect(section?.textContent).toContain("confirmed by an officer on 01/03/2026");
});

test("an outcome that is no answer is named", () => {
  const [first] = renderAnswer(turn({ outcome: "stale" }), TEXTS.vi, () => null);
  expect(first?.textContent).toBe("Cần kiểm tra lại");
});

test("the state of a dossier is shown with its step, its dates and what to do", () => {
  const dossier = {
    status: "Đang thẩm định",
    step: 2,
    of: 4,
    unit: "Phòng Đầu tư",
    received_on: "2026-11-02",
    due_on: "2026-11-24",
    due_source: "estimated" as const,
    remaining_working_days: -1,
    action_required: "Bổ sung hợp đồng thuê đất",
  };
  const text = renderAnswer(turn({ dossier, blocks: [], citations: [] }), TEXTS.vi, () => null)
    .map((part) => part.textContent)
    .join(" ");
  for (const said of [
    "Đang thẩm định",
    "Bước 2 trên 4",
    "24/11/2026 (ước tính)",
    "quá hẹn 1 ngày làm việc",
  ]) {
    expect(text).toContain(said);
  }
  expect(text).toContain("Việc quý vị cần làm: Bổ sung hợp đồng thuê đất");
});

test("the copied text has question, answer, doubts, sources and the permanent address", () => {
  const caveats = [{ reason: "unconfirmed", text: "Chưa rõ.", confirm_at: "HEZA" }];
  expect(answerInWords(turn({ caveats }), TEXTS.vi, "https://a.example/a/x")).toBe(
    [
      "Thời hạn cấp giấy phép?",
      "",
      "Trong 10 ngày.",
      "Lưu ý: Chưa rõ. Xin kiểm tra lại tại: HEZA",
      "",
      "Căn cứ và nguồn:",
      "[1] 35/2022/NĐ-CP, Điều 26, Nghị định (hiệu lực từ 15/07/2022; ghi nhận ngày 10/01/2026; cán bộ chưa xác nhận)",
      "Theo quy định tại ngày 22/11/2026.",
      "Liên kết cố định: https://a.example/a/x",
      "",
    ].join("\n"),
  );
});

test("the permanent address names entry, facets, dates and language", () => {
  expect(permanentLink(turn({ licensed_on: "2024" }), "https://a.example")).toBe(
    "https://a.example/a/procedure.permit?lang=vi&facet=time_limit&as_of=2026-11-22&licensed_on=2024",
  );
});

test("what is not one entry, or cites nothing, has no permanent address", () => {
  const entry = { id: "zone.a", version: 1 };
  expect(permanentLink(turn({ entries: [entry, { ...entry, id: "zone.b" }] }), "")).toBeNull();
  expect(permanentLink(turn({ entries: [], citations: [] }), "")).toBeNull();
});
