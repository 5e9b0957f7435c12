/** The audit log, for administrators. */
import { moment } from "@heza/widget/dates";
import { h } from "@heza/widget/dom";
import { table } from "../components/table";
import { catalogue, lang } from "../language";
import type { Page, Visit } from "../pages";
import en from "../texts/audit/en.json";
import vi from "../texts/audit/vi.json";

const words = catalogue({ vi, en });
const ROWS = 100;

interface Row {
  seq: number;
  at: string;
  who: string;
  act: string;
  target: string;
  detail: Record<string, unknown>;
}

export const page: Page = {
  name: "audit",
  permission: "audit",
  place: 90,
  icon: "log",
  title: () => words().title,
  mount(visit) {
    const rows = h("div", {});
    const older = h("button", { type: "button", hidden: true }, words().older);
    visit.main.append(h("p", { class: "muted" }, words().lead), rows, h("div", {}, older));
    const shown: Row[] = [];
    const load = async () => {
      const found = await fetchRows(visit, shown.at(-1)?.seq);
      shown.push(...found);
      rows.replaceChildren(renderRows(shown));
      older.hidden = found.length < ROWS;
    };
    older.addEventListener("click", () => void load());
    void load();
  },
};

async function fetchRows({ api, complain, signal }: Visit, before?: number): Promise<Row[]> {
  try {
    return (await api.get<{ rows: Row[] }>("/audit", { before, limit: ROWS }, signal)).rows;
  } catch (error) {
    complain(error);
    return [];
  }
}

function renderRows(rows: Row[]): HTMLElement {
  const t = words();
  return table<Row>(
    t.title,
    [
      { head: t.number, cell: ({ seq }) => String(seq), figures: true },
      { head: t.at, cell: ({ at }) => moment(at, lang()) },
      { head: t.who, cell: ({ who }) => who },
      { head: t.act, cell: ({ act }) => h("span", { class: "code" }, act) },
      { head: t.target, cell: ({ target }) => target },
      { head: t.detail, cell: ({ detail }) => inWords(detail) },
    ],
    rows,
    t.none,
  );
}

function inWords(detail: Record<string, unknown>): string {
  const said = Object.entries(detail).map(
    ([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
  return said.join("; ");
}
