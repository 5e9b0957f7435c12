/** Overdue dossiers by unit, page by page. */
import { readable } from "@heza/widget/dates";
import { h } from "@heza/widget/dom";
import { field } from "../components/form";
import { table } from "../components/table";
import { catalogue, lang } from "../language";
import type { Visit } from "../pages";
import en from "../texts/dossiers/en.json";
import vi from "../texts/dossiers/vi.json";
import type { OverdueDossier, OverdueList } from "./types";

const words = catalogue({ vi, en });
const ALL = "";

export class Overdue {
  readonly element: HTMLElement;
  readonly #choice = h("div", {});
  readonly #rows = h("div", {});
  readonly #more = h("button", { type: "button", hidden: true }, words().more);
  #unit = ALL;
  #shown: OverdueDossier[] = [];
  #next: string | null = null;

  constructor(private readonly visit: Visit) {
    const t = words();
    this.#more.addEventListener("click", () => void this.#load(this.#next));
    this.element = h(
      "section",
      { class: "overdue" },
      h("h2", {}, t.overdue),
      h("p", { class: "muted" }, t.overdueLead),
      this.#choice,
      this.#rows,
      h("div", {}, this.#more),
    );
    void this.#load(null);
  }

  async #load(after: string | null): Promise<void> {
    const { api, signal } = this.visit;
    try {
      const query = { lang: lang(), unit: this.#unit, after };
      const list = await api.get<OverdueList>("/dossiers/overdue", query, signal);
      this.#shown = after ? [...this.#shown, ...list.dossiers] : list.dossiers;
      this.#next = list.next;
      this.#more.hidden = list.next === null;
      if (!this.#choice.hasChildNodes() && list.units.length) this.#choose(list.units);
      this.#rows.replaceChildren(renderRows(this.#shown));
    } catch (error) {
      this.visit.complain(error);
    }
  }

  #choose(units: OverdueList["units"]): void {
    const t = words();
    const all = units.reduce((sum, { count }) => sum + count, 0);
    const named = units.filter((one): one is { unit: string; count: number } => one.unit !== null);
    const choices: [string, string][] = [
      [ALL, `${t.allUnits} (${all})`],
      ...named.map(({ unit, count }): [string, string] => [unit, `${unit} (${count})`]),
    ];
    const unit = field(t.unit, { choices });
    unit.input.addEventListener("change", () => {
      this.#unit = unit.input.value;
      void this.#load(null);
    });
    this.#choice.append(unit.row);
  }
}

function renderRows(dossiers: OverdueDossier[]): HTMLElement {
  const t = words();
  const day = (date: string) => readable(date, lang());
  return table<OverdueDossier>(
    t.overdue,
    [
      { head: t.code, cell: ({ code }) => h("span", { class: "code" }, code) },
      {
        head: t.overdueHead,
        cell: (one) => h("strong", { class: "late" }, String(one.working_days_overdue)),
        figures: true,
      },
      { head: t.due, cell: ({ due_on }) => day(due_on) },
      { head: t.state, cell: ({ label }) => label },
      { head: t.unit, cell: ({ unit }) => unit ?? t.noUnit },
      { head: t.procedure, cell: ({ procedure_name }) => procedure_name ?? "" },
    ],
    dossiers,
    t.none,
  );
}
