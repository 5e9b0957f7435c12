/** Recall: find where a version of an entry was used, withdraw it, keep the incident report. */
import { moment } from "@heza/widget/dates";
import { h } from "@heza/widget/dom";
import { confirmed } from "../components/dialog";
import { type Field, field, form } from "../components/form";
import { table } from "../components/table";
import { catalogue, fill, lang } from "../language";
import type { Page, Visit } from "../pages";
import { address, type Route } from "../router";
import "../styles/learning.css";
import en from "../texts/recall/en.json";
import vi from "../texts/recall/vi.json";
import type { Figures, Found, Recall, ToCall, Version, Versions } from "./recall/types";

const words = catalogue({ vi, en });
type Act = "rollback" | "switch_off" | "keep";

export const page: Page = {
  name: "recall",
  permission: "read",
  place: 60,
  icon: "warning",
  title: () => words().title,
  mount(visit) {
    const entry = h("div", { class: "stack" });
    const show = (route: Route) => void showEntry(visit, entry, route.parts[0]);
    if (visit.may("desk")) void showCalls(visit);
    if (visit.may("approve")) visit.main.append(finder(visit), entry);
    const done = h("section", {});
    visit.main.append(done);
    void showRecalls(visit, done);
    show(visit.route);
    return { update: show };
  },
};

/** Look an entry up by name. */
function finder({ api, go, signal }: Visit): HTMLElement {
  const t = words();
  const q = field(t.entry, { type: "search", required: true, hint: t.entryHint });
  const found = h("div", { "aria-live": "polite" });
  const search = form({
    name: t.find,
    fields: [q],
    submit: t.find,
    send: async () => {
      const { results } = await api.get<{ results: Found[] }>(
        "/search",
        { q: q.value(), lang: lang() },
        signal,
      );
      found.replaceChildren(
        table(
          t.found,
          [
            { head: t.entry, cell: (row: Found) => row.name },
            { head: t.id, cell: (row) => h("span", { class: "code" }, row.entry) },
            { head: t.version, cell: (row) => String(row.version), figures: true },
            {
              head: t.uses,
              cell: (row) =>
                button(`${t.open}: ${row.name}`, t.open, () => go(address("recall", [row.entry]))),
            },
          ],
          results,
          t.nothingFound,
        ),
      );
    },
  });
  return h("section", { class: "panel" }, h("h2", {}, t.findTitle), search, found);
}

async function showEntry(visit: Visit, place: HTMLElement, entry: string | undefined): Promise<void> {
  place.replaceChildren();
  if (!entry || !visit.may("approve")) return;
  try {
    const versions = await visit.api.get<Versions>(
      `/uses/${encodeURIComponent(entry)}`,
      undefined,
      visit.signal,
    );
    place.replaceChildren(versionsOf(visit, versions, () => void showEntry(visit, place, entry)));
  } catch (error) {
    visit.complain(error);
  }
}

function versionsOf(visit: Visit, entry: Versions, again: () => void): HTMLElement {
  const t = words();
  const uses = h("div", { class: "stack" });
  const status = (version: Version) => {
    if (version.withdrawn) return t.withdrawn;
    if (version.version !== entry.current) return "";
    return entry.off ? t.off : t.current;
  };
  const list = table(
    fill(t.versionsOf, { name: entry.name[lang()] }),
    [
      { head: t.version, cell: (row: Version) => String(row.version), figures: true },
      { head: t.since, cell: (row) => moment(row.at, lang()) },
      { head: t.by, cell: (row) => row.by },
      { head: t.turns, cell: (row) => String(row.turns), figures: true },
      { head: t.calls, cell: (row) => String(row.calls), figures: true },
      { head: t.status, cell: status },
      {
        head: t.uses,
        cell: (row) =>
          button(
            `${t.open}: ${fill(t.usesOf, { n: row.version })}`,
            t.open,
            () => void showUses(visit, uses, entry, row, again),
          ),
      },
    ],
    entry.versions,
    "",
  );
  return h(
    "section",
    { class: "panel" },
    h("h2", {}, `${entry.name[lang()]} `, h("span", { class: "code muted" }, entry.entry)),
    list,
    uses,
  );
}

async function showUses(
  visit: Visit,
  place: HTMLElement,
  entry: Versions,
  version: Version,
  again: () => void,
): Promise<void> {
  const t = words();
  try {
    const path = `/uses/${encodeURIComponent(entry.entry)}/${version.version}`;
    const found = await visit.api.get<Figures>(path, undefined, visit.signal);
    const { languages, ...figures } = found.figures;
    const heading = h("h3", { tabindex: -1 }, fill(t.usesOf, { n: version.version }));
    place.replaceChildren(
      heading,
      h("p", {}, fill(t.figures, { ...figures, ...languages })),
      table(
        t.lastTurns,
        [
          { head: t.question, cell: (row) => row.question },
          { head: t.at, cell: (row) => moment(row.at, lang()) },
          { head: t.lang, cell: (row) => row.lang },
        ],
        found.turns,
        t.noTurns,
      ),
      withdrawal(visit, entry, version, again),
    );
    heading.focus();
  } catch (error) {
    visit.complain(error);
  }
}

/** The form that withdraws versions; whatever is sent again is the same order. */
function withdrawal(visit: Visit, entry: Versions, version: Version, again: () => void): HTMLElement {
  const t = words();
  const long = (label: string, hint?: string) =>
    field(label, { rows: 3, required: true, more: { maxlength: 1000 }, ...(hint ? { hint } : {}) });
  const which = field(t.which, { value: String(version.version), required: true, hint: t.whichHint });
  const reason = long(t.reason);
  const text = { vi: long(t.textVi, t.textHint), en: long(t.textEn, t.textHint) };
  const act = field(t.act, { choices: acts(entry, version) });
  const order = crypto.randomUUID();
  return form({
    name: t.withdraw,
    fields: [which, reason, text.vi, text.en, act],
    submit: t.withdraw,
    check: () => (versionsIn(which).length ? null : [which, t.whichHint]),
    send: async () => {
      const versions = versionsIn(which);
      const told = fill(t.sure, { versions: versions.join(", ") });
      if (!(await confirmed(t.withdraw, told, t.withdraw))) return;
      const [how, target] = act.value().split(" ") as [Act, string | undefined];
      await visit.api.post<Recall>("/recalls", {
        client_id: order,
        entry: entry.entry,
        versions,
        reason: reason.value(),
        text: { vi: text.vi.value(), en: text.en.value() },
        act: how,
        target: target ? Number(target) : null,
      });
      visit.toast(t.withdrawnNow);
      again();
      const done = visit.main.querySelector<HTMLElement>("section:last-of-type");
      if (done) void showRecalls(visit, done);
    },
  });
}

function acts(entry: Versions, wrong: Version): [string, string][] {
  const t = words();
  const sound = entry.versions.filter(
    (one) => !one.removed && !one.withdrawn && one.version !== wrong.version && one.version !== entry.current,
  );
  const back = sound.map((one): [string, string] => [
    `rollback ${one.version}`,
    fill(t.actRollback, { n: one.version }),
  ]);
  const keep: [string, string][] = wrong.version === entry.current ? [] : [["keep", t.actKeep]];
  return [...back, ["switch_off", t.actOff], ...keep];
}

function versionsIn({ value }: Field): number[] {
  const given = value()
    .split(/[\s,;]+/)
    .filter(Boolean)
    .map(Number);
  return given.every((one) => Number.isInteger(one) && one > 0) ? given : [];
}

async function showRecalls(visit: Visit, place: HTMLElement): Promise<void> {
  const t = words();
  try {
    const { recalls } = await visit.api.get<{ recalls: Recall[] }>("/recalls", undefined, visit.signal);
    place.replaceChildren(
      h("h2", {}, t.recalls),
      table(
        t.recalls,
        [
          { head: t.entry, cell: (row: Recall) => row.name[lang()] },
          { head: t.versions, cell: (row) => row.versions.join(", ") },
          { head: t.at, cell: (row) => moment(row.at, lang()) },
          { head: t.by, cell: (row) => row.by },
          { head: t.status, cell: (row) => t[row.state] },
          { head: t.saw, cell: (row) => String(row.seen.sessions), figures: true },
          { head: t.told, cell: (row) => String(row.seen.told), figures: true },
          { head: t.toCall, cell: (row) => String(row.tickets.call), figures: true },
          { head: t.report, cell: (row) => reports(visit, row) },
        ],
        recalls,
        t.noRecalls,
      ),
    );
  } catch (error) {
    visit.complain(error);
  }
}

function reports(visit: Visit, row: Recall): HTMLElement {
  const t = words();
  const keep = async (format: "md" | "json") => {
    try {
      const blob = await visit.api.blob(`/recalls/${row.id}/report`, { format, lang: lang() });
      save(blob, `heza-incident-${row.id}.${format}`);
    } catch (error) {
      visit.complain(error);
    }
  };
  const one = (format: "md" | "json", shown: string) =>
    button(`${t.report} ${shown}: ${row.name[lang()]}`, shown, () => void keep(format));
  return h("div", { class: "buttons" }, one("md", "Markdown"), one("json", "JSON"));
}

/** Tickets whose owners an officer has to tell. */
async function showCalls(visit: Visit): Promise<void> {
  const t = words();
  const place = h("section", {});
  visit.main.prepend(place);
  try {
    const { corrections } = await visit.api.get<{ corrections: ToCall[] }>(
      "/desk/corrections",
      undefined,
      visit.signal,
    );
    const told = async (row: ToCall) => {
      try {
        await visit.api.post(`/desk/corrections/${row.id}/told`);
        visit.toast(t.noted);
        place.remove();
        void showCalls(visit);
      } catch (error) {
        visit.complain(error);
      }
    };
    place.replaceChildren(
      h("h2", {}, t.calling),
      table(
        t.calling,
        [
          { head: t.ticket, cell: (row: ToCall) => row.code },
          { head: t.entry, cell: (row) => row.name },
          { head: t.say, cell: (row) => h("span", { lang: row.lang }, row.text) },
          { head: t.since, cell: (row) => moment(row.since, lang()) },
          {
            head: t.done_,
            cell: (row) => button(fill(t.toldTicket, { code: row.code }), t.toldNow, () => void told(row)),
          },
        ],
        corrections,
        t.noCalls,
      ),
    );
  } catch (error) {
    visit.complain(error);
  }
}

function button(name: string, shown: string, act: () => void): HTMLButtonElement {
  return h("button", { type: "button", "aria-label": name, onclick: act }, shown);
}

/** Have the browser keep a file. */
function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
