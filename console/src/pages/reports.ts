/** Reports: what was asked, what became of it, how long it took; each part as chart, table and file. */
import { moment, readable } from "@heza/widget/dates";
import { h } from "@heza/widget/dom";
import { field, form } from "../components/form";
import { table } from "../components/table";
import { common, fill, lang } from "../language";
import type { Page, Visit } from "../pages";
import type { bars } from "../reports/chart";
import { type Part, parts } from "../reports/parts";
import type { Report } from "../reports/types";
import { figure, percent, time, words } from "../reports/words";
import { address } from "../router";

const DAY = 86_400_000;
const MOST_DAYS = 366;

export const page: Page = {
  name: "reports",
  permission: "reports",
  place: 70,
  icon: "print",
  title: () => words().title,
  mount(visit) {
    const place = h("div", { class: "report" }, h("p", { class: "muted" }, common().loading));
    const given = { from: visit.route.query.get("from"), to: visit.route.query.get("to") };
    visit.main.append(spanForm(visit, given), place);
    void show(visit, given, place);
  },
};

interface Span {
  from: string | null;
  to: string | null;
}

/** Today in Viet Nam, or so many days before. */
function today(before = 0): string {
  return new Date(Date.now() - before * DAY).toLocaleDateString("en-CA", { timeZone: "Asia/Ho_Chi_Minh" });
}

function spanForm(visit: Visit, given: Span): HTMLElement {
  const t = words();
  const date = (label: string, value: string) => field(label, { type: "date", value, required: true });
  const from = date(t.from, given.from ?? today(29));
  const to = date(t.to, given.to ?? today());
  const made = form({
    name: t.title,
    fields: [from, to],
    submit: t.show,
    check: () => {
      const days = (Date.parse(to.value()) - Date.parse(from.value())) / DAY;
      return days >= 0 && days < MOST_DAYS ? null : [from, t.badSpan];
    },
    send: () => {
      visit.go(address("reports", [], { from: from.value(), to: to.value() }));
      return Promise.resolve();
    },
  });
  made.classList.add("toolbar");
  return made;
}

async function show(visit: Visit, span: Span, place: HTMLElement): Promise<void> {
  try {
    // The charts are half of the console's code, so who looks at none does not load them.
    const [report, chart] = await Promise.all([
      visit.api.get<Report>("/reports", { ...span }, visit.signal),
      import("../reports/chart"),
    ]);
    const t = words();
    const made = fill(t.made, {
      time: moment(report.made_at, lang()),
      from: readable(report.from, lang()),
      to: readable(report.to, lang()),
    });
    place.replaceChildren(
      h("p", { class: "muted" }, made),
      summary(report),
      h(
        "div",
        { class: "report-parts" },
        ...parts(report).map((part) => section(visit, report, part, chart.bars)),
      ),
      report.questions ? "" : h("p", { class: "muted" }, t.wordsHidden),
    );
  } catch (error) {
    if (!visit.signal.aborted) place.replaceChildren();
    visit.complain(error);
  }
}

/** What one wants to know first, in large figures. */
function summary({ totals, results, times, desk }: Report): HTMLElement {
  const t = words();
  const turns = (result: string) => results.find((line) => line.result === result)?.turns ?? 0;
  const [answered, asked] = [turns("answered"), turns("answered") + turns("abstained") + turns("failed")];
  const votes = totals.up + totals.down;
  const tiles: [string, string, string][] = [
    [t.conversations, figure(totals.conversations), fill(t.perConversation, { n: figure(totals.turns) })],
    [t.calls, figure(totals.calls), fill(t.solvedOf, { n: figure(totals.calls_solved) })],
    [
      t.answeredShare,
      percent(answered, asked),
      fill(t.ofQuestions, { n: figure(answered), all: figure(asked) }),
    ],
    [t.helpful, percent(totals.up, votes), fill(t.ofVotes, { up: figure(totals.up), n: figure(votes) })],
    [t.p95, time(times.p95_ms), fill(t.p50, { time: time(times.p50_ms) })],
    [
      t.firstWord,
      time(desk.first_word_p50_s === null ? null : 1000 * desk.first_word_p50_s),
      fill(t.requestsOf, { n: figure(desk.requests) }),
    ],
  ];
  const made = tiles.map(([name, value, more]) =>
    h("div", {}, h("dt", {}, name), h("dd", {}, value), h("dd", { class: "muted" }, more)),
  );
  return h("dl", { class: "tiles" }, ...made);
}

function section(visit: Visit, report: Report, part: Part, draw: typeof bars): HTMLElement {
  const t = words();
  const name = t[part.sheet];
  const save = h("button", { type: "button", class: "small", "aria-label": fill(t.csvOf, { name }) }, t.csv);
  save.addEventListener("click", () => void download(visit, report, part));
  const rows = table(name, part.columns, part.lines, t.nothing);
  const drawn = part.chart && draw({ ...part.chart, name: fill(t.chartOf, { name }) }, visit.signal);
  return h(
    "section",
    { class: `panel part ${part.wide ? "wide" : ""}`, "data-sheet": part.sheet },
    h("div", { class: "part-head" }, h("h2", {}, name), save),
    drawn,
    drawn ? h("details", {}, h("summary", {}, t.asTable), rows) : rows,
  );
}

/** Save a part as a file, under the name that the portal gives it. */
async function download(visit: Visit, { from, to }: Report, { sheet }: Part): Promise<void> {
  try {
    const blob = await visit.api.blob(`/reports/${sheet}`, { from, to, lang: lang() });
    const href = URL.createObjectURL(blob);
    h("a", { href, download: `heza-${sheet}-${from}-${to}.csv` }).click();
    setTimeout(() => URL.revokeObjectURL(href), 10_000);
  } catch (error) {
    visit.complain(error);
  }
}
