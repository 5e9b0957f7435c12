import type { Turn } from "../src/types";

/** A turn of the contract; `more` changes parts of it. */
export function turn(more: Partial<Turn> = {}): Turn {
  return {
    id: "01A",
    seq: 1,
    lang: "vi",
    outcome: "answered",
    question: "Thời hạn cấp giấy phép?",
    text: "Trong 10 ngày.",
    blocks: [{ type: "para", text: "Trong 10 ngày." }],
    citations: [
      {
        kind: "law",
        document: "35/2022/NĐ-CP",
        title: "Nghị định",
        article: "Điều 26",
        effective_from: "2022-07-15",
        effective_to: null,
        collected_on: "2026-01-10",
        verified_on: null,
        url: null,
        status: "unverified",
      },
    ],
    caveats: [],
    entries: [{ id: "procedure.permit", version: 3, facets: ["time_limit"] }],
    release: "r",
    suggestions: [],
    dossier: null,
    as_of: "2026-11-22",
    licensed_on: null,
    ...more,
  };
}
