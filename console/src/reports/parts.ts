/** The parts of a report: what each draws, and its table. */
import { readable } from "@heza/widget/dates";
import type { Child } from "@heza/widget/dom";
import type { Column } from "../components/table";
import { lang } from "../language";
import { word } from "../words";
import type { Series } from "./chart";
import type { Measures, Report, Volumes } from "./types";
import { figure, measure, words } from "./words";

type Line = Record<string, number | string | null>;

export interface Part {
  /** Its sheet at the portal, and its heading in the catalogue. */
  sheet: Sheet;
  columns: Column<Line>[];
  lines: Line[];
  chart?: { labels: string[]; series: Series[]; sideways?: boolean; stacked?: boolean };
  /** It takes the whole width. */
  wide?: boolean;
}

export type Sheet =
  | "days"
  | "hours"
  | "languages"
  | "topics"
  | "outcomes"
  | "results"
  | "times"
  | "desk"
  | "tickets"
  | "units"
  | "questions"
  | "reasons";

/** Return all parts that somebody may see. */
export function parts(report: Report): Part[] {
  return [
    days(report),
    topics(report),
    results(report),
    hours(report),
    languages(report),
    outcomes(report),
    measures("desk", report.desk),
    measures("tickets", report.tickets),
    measures("times", report.times),
    units(report),
    ...(report.questions ? [questions(report.questions)] : []),
    ...(report.reasons ? [reasons(report.reasons)] : []),
  ];
}

function days({ days: lines }: Report): Part {
  const t = words();
  const named = lines.map(({ day }) => readable(day, "vi").slice(0, 5));
  return {
    sheet: "days",
    columns: [{ head: t.day, cell: ({ day }) => readable(String(day), lang()) }, ...volumes()],
    lines: lines.map((line) => ({ ...line })),
    chart: { labels: named, series: chatsAndCalls(lines) },
    wide: true,
  };
}

function hours({ hours: lines }: Report): Part {
  const t = words();
  return {
    sheet: "hours",
    columns: [{ head: t.hour, cell: ({ hour }) => `${hour}:00` }, ...volumes()],
    lines: lines.map((line) => ({ ...line })),
    chart: { labels: lines.map(({ hour }) => String(hour)), series: chatsAndCalls(lines) },
  };
}

function languages({ languages: lines }: Report): Part {
  const t = words();
  const name = (line: Line) => word("languages", String(line.lang));
  return {
    sheet: "languages",
    columns: [{ head: t.lang, cell: name }, ...volumes()],
    lines: lines.map((line) => ({ ...line })),
    chart: {
      labels: lines.map((line) => name({ ...line })),
      series: chatsAndCalls(lines),
      sideways: true,
    },
  };
}

function topics({ topics: lines }: Report): Part {
  const t = words();
  const results = ["answered", "abstained", "handed_off", "talk", "failed"] as const;
  const name = (line: Line) => word("topics", String(line.topic));
  return {
    sheet: "topics",
    columns: [
      { head: t.topic, cell: name },
      ...volumes(),
      ...results.map((result) => counted(word("results", result), result)),
    ],
    lines: lines.map((line) => ({ ...line })),
    chart: {
      labels: lines.map((line) => name({ ...line })),
      series: chatsAndCalls(lines),
      sideways: true,
    },
  };
}

function results({ results: lines }: Report): Part {
  const t = words();
  const name = (line: Line) => word("results", String(line.result));
  return {
    sheet: "results",
    columns: [{ head: t.result, cell: name }, ...votes()],
    lines: lines.map((line) => ({ ...line })),
    chart: {
      labels: lines.map((line) => name({ ...line })),
      series: [{ name: t.turns, values: lines.map(({ turns }) => turns), colour: "brand" }],
      sideways: true,
    },
  };
}

function outcomes({ outcomes: lines }: Report): Part {
  const t = words();
  const name = (line: Line) => word("outcomes", String(line.outcome));
  const used = lines.filter(({ turns }) => turns);
  return {
    sheet: "outcomes",
    columns: [
      { head: t.outcome, cell: name },
      { head: t.result, cell: (line) => word("results", String(line.result)) },
      ...votes(),
    ],
    lines: lines.map((line) => ({ ...line })),
    chart: {
      labels: used.map((line) => name({ ...line })),
      series: [{ name: t.turns, values: used.map(({ turns }) => turns), colour: "brand" }],
      sideways: true,
    },
  };
}

function units({ units: lines }: Report): Part {
  const t = words();
  const name = (unit: unknown) => (typeof unit === "string" ? unit : t.noUnit);
  const late = lines.filter(({ overdue }) => overdue);
  return {
    sheet: "units",
    columns: [
      { head: t.unit, cell: ({ unit }) => name(unit) },
      counted(t.overdue, "overdue"),
      counted(t.open, "open"),
      counted(t.undated, "undated"),
    ],
    lines: lines.map((line) => ({ ...line })),
    ...(late.length && {
      chart: {
        labels: late.map(({ unit }) => name(unit)),
        series: [{ name: t.overdue, values: late.map(({ overdue }) => overdue), colour: "bad" }],
        sideways: true,
      },
    }),
  };
}

function measures(sheet: "desk" | "tickets" | "times", found: Measures): Part {
  const t = words();
  const names: Record<string, string> = t.measures[sheet];
  return {
    sheet,
    columns: [
      { head: t.measure, cell: ({ name }) => names[String(name)] ?? String(name) },
      {
        head: t.value,
        cell: ({ name, value }) => measure(String(name), value as number | null),
        figures: true,
      },
    ],
    lines: Object.entries(found).map(([name, value]) => ({ name, value })),
  };
}

function questions(lines: NonNullable<Report["questions"]>): Part {
  const t = words();
  const kinds = ["no_answer", "clarify", "out_of_scope"] as const;
  return {
    sheet: "questions",
    columns: [
      { head: t.question, cell: ({ question }) => question as Child },
      counted(t.count, "turns"),
      ...kinds.map((kind) => counted(word("outcomes", kind), kind)),
    ],
    lines: lines.map((line) => ({ ...line })),
    wide: true,
  };
}

function reasons(lines: NonNullable<Report["reasons"]>): Part {
  const t = words();
  return {
    sheet: "reasons",
    columns: [
      { head: t.reason, cell: ({ reason }) => reason as Child },
      { head: t.vote, cell: ({ vote }) => word("votes", String(vote)) },
      counted(t.count, "votes"),
    ],
    lines: lines.map((line) => ({ ...line })),
  };
}

function chatsAndCalls(lines: Volumes[]): Series[] {
  const t = words();
  return [
    { name: t.turns, values: lines.map(({ turns }) => turns), colour: "brand" },
    { name: t.calls, values: lines.map(({ calls }) => calls), colour: "gilt" },
  ];
}

function volumes(): Column<Line>[] {
  const t = words();
  return [
    counted(t.conversations, "conversations"),
    ...votes(),
    counted(t.calls, "calls"),
    counted(t.callsSolved, "calls_solved"),
  ];
}

function votes(): Column<Line>[] {
  const t = words();
  return [counted(t.turns, "turns"), counted(t.up, "up"), counted(t.down, "down")];
}

function counted(head: string, name: string): Column<Line> {
  return { head, cell: (line) => figure(line[name] as number), figures: true };
}
