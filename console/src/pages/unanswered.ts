/** Unanswered questions: what they are, what becomes of each, what others have proposed. */
import { moment } from "@heza/widget/dates";
import { h } from "@heza/widget/dom";
import { openDialog } from "../components/dialog";
import { type Field, field, form } from "../components/form";
import { openRemark } from "../components/remark";
import { table } from "../components/table";
import { catalogue, fill, lang } from "../language";
import type { Page, Visit } from "../pages";
import "../styles/learning.css";
import en from "../texts/unanswered/en.json";
import vi from "../texts/unanswered/vi.json";
import type { Cluster, Clusters, Decision, Proposal, Source } from "./unanswered/types";

const words = catalogue({ vi, en });
const DECISIONS: readonly Decision[] = [
  "entry",
  "alias",
  "question_form",
  "example",
  "out_of_scope",
  "dismiss",
];
const SOURCES: readonly Source[] = ["correction", "down", "clarify", "no_answer"];

export const page: Page = {
  name: "unanswered",
  permission: "edit",
  place: 50,
  icon: "info",
  title: () => words().title,
  mount(visit) {
    const list = h("section", {});
    const proposals = h("section", {});
    const [controls, period] = toolbar(visit, () => void load());
    const load = () =>
      Promise.all([showClusters(visit, list, period(), () => void load()), showProposals(visit, proposals)]);
    visit.main.append(controls, list, proposals);
    void load();
  },
};

interface Period {
  days: number;
  lang: string;
}

function toolbar(visit: Visit, load: () => void): [HTMLElement, () => Period] {
  const t = words();
  const days = field(t.period, {
    value: "30",
    choices: ["7", "30", "90"].map((n) => [n, fill(t.days, { n })] as const),
  });
  const of = field(t.lang, {
    choices: [
      ["", t.both],
      ["vi", "Tiếng Việt"],
      ["en", "English"],
    ],
  });
  for (const { input } of [days, of]) input.addEventListener("change", load);
  const remark = h("button", { type: "button" }, t.add);
  remark.addEventListener("click", () =>
    openRemark(visit.api, { question: "", lang: lang() }, (said) => {
      visit.toast(said);
      load();
    }),
  );
  const bar = h("div", { class: "toolbar" }, days.row, of.row, remark);
  return [bar, () => ({ days: Number(days.value()), lang: of.value() })];
}

async function showClusters(
  visit: Visit,
  place: HTMLElement,
  period: Period,
  load: () => void,
): Promise<void> {
  const t = words();
  try {
    const found = await visit.api.get<Clusters>("/unanswered", { ...period }, visit.signal);
    const cards = found.clusters.map((one) => card(visit, one, found.intents, period.days, load));
    place.replaceChildren(
      h("h2", {}, fill(t.clusters, { n: found.total })),
      h("p", { class: "muted" }, fill(t.weights, found.weights)),
      cards.length ? h("ol", { class: "plain stack" }, ...cards) : h("p", { class: "empty" }, t.none),
    );
    visit.announce(fill(t.clusters, { n: found.total }));
  } catch (error) {
    visit.complain(error);
  }
}

function card(
  visit: Visit,
  cluster: Cluster,
  intents: string[],
  days: number,
  load: () => void,
): HTMLElement {
  const t = words();
  const why = SOURCES.filter((source) => cluster.counts[source]).map((source) =>
    fill(t[source], { n: cluster.counts[source] }),
  );
  const examples = cluster.examples.map((one) =>
    h(
      "li",
      {},
      h("span", { lang: cluster.lang }, `“${one.text}”`),
      ` – ${fill(t[one.source], { n: 1 })}, ${moment(one.at, lang())}`,
      one.reason && h("q", {}, one.reason),
    ),
  );
  const near = cluster.near.map(({ name, entry }) => `${name} (${entry})`).join("; ");
  const before = cluster.decided.map(({ decision, by }) => `${t[`do_${decision}`]} (${by})`).join("; ");
  const buttons = DECISIONS.map((decision) => {
    const one = h(
      "button",
      { type: "button", "aria-label": `${t[`do_${decision}`]}: ${cluster.question}` },
      t[`do_${decision}`],
    );
    one.addEventListener("click", () => decide(visit, cluster, decision, intents, days, load));
    return one;
  });
  return h(
    "li",
    { class: "panel" },
    h(
      "h3",
      {},
      h("span", { lang: cluster.lang }, cluster.question),
      h("span", { class: "muted" }, ` · ${fill(t.weight, { n: cluster.weight })}`),
    ),
    h("p", {}, why.join(" · ")),
    near && h("p", { class: "muted" }, `${t.near}: ${near}`),
    before && h("p", { class: "muted" }, `${t.before}: ${before}`),
    h("details", {}, h("summary", {}, fill(t.examples, { n: examples.length })), h("ul", {}, ...examples)),
    h("div", { class: "buttons" }, ...buttons),
  );
}

/** Ask for what a decision takes, and send it. */
function decide(
  visit: Visit,
  cluster: Cluster,
  decision: Decision,
  intents: string[],
  days: number,
  load: () => void,
): void {
  const t = words();
  const asked = fieldsOf(cluster, decision, intents);
  const made = form({
    name: t[`do_${decision}`],
    fields: Object.values(asked),
    submit: decision === "dismiss" ? t.do_dismiss : t.propose,
    send: async () => {
      await visit.api.post(`/unanswered/${cluster.id}`, {
        decision,
        lang: cluster.lang,
        days,
        ...bodyOf(asked),
      });
      dialog.close();
      visit.toast(decision === "dismiss" ? t.dismissed : t.proposed);
      load();
    },
  });
  const dialog = openDialog(
    t[`do_${decision}`],
    h("p", { lang: cluster.lang }, `“${cluster.question}”`),
    made,
  );
}

interface Asked {
  texts?: Field;
  entry?: Field;
  id?: Field;
  facet?: Field;
  intent?: Field;
  nameVi?: Field;
  nameEn?: Field;
}

function fieldsOf(cluster: Cluster, decision: Decision, intents: string[]): Asked {
  const t = words();
  if (decision === "dismiss") return {};
  const texts = field(t[`texts_${decision}`], { rows: 3, required: true, hint: t.textsHint });
  const near = cluster.near[0];
  const known = { value: near?.entry ?? "", required: true, hint: t.entryHint };
  switch (decision) {
    case "entry":
      return {
        id: field(t.newId, { required: true, hint: t.newIdHint }),
        nameVi: field(t.nameVi, { required: true }),
        nameEn: field(t.nameEn, { required: true }),
        texts,
      };
    case "alias":
      return { entry: field(t.entry, known), texts };
    case "question_form":
      return {
        entry: field(t.entry, known),
        facet: field(t.facet, { value: near?.facet ?? "", required: true }),
        texts,
      };
    case "example":
      return { intent: field(t.intent, { choices: intents.map((one) => [one, one] as const) }), texts };
    default:
      return { texts };
  }
}

function bodyOf(asked: Asked): Record<string, unknown> {
  const lines = asked.texts?.value().split("\n") ?? [];
  const given = asked.entry ?? asked.id;
  return {
    texts: lines.map((line) => line.trim()).filter(Boolean),
    ...(given ? { entry: given.value() } : {}),
    ...(asked.facet ? { facet: asked.facet.value() } : {}),
    ...(asked.intent ? { intent: asked.intent.value() } : {}),
    ...(asked.nameVi && asked.nameEn ? { name: { vi: asked.nameVi.value(), en: asked.nameEn.value() } } : {}),
  };
}

async function showProposals(visit: Visit, place: HTMLElement): Promise<void> {
  const t = words();
  try {
    const { proposals } = await visit.api.get<{ proposals: Proposal[] }>(
      "/proposals",
      undefined,
      visit.signal,
    );
    place.replaceChildren(
      h("h2", {}, t.proposals),
      h("p", { class: "muted" }, t.proposalsHint),
      table(
        t.proposals,
        [
          { head: t.about, cell: (row: Proposal) => row.about },
          { head: t.kind, cell: (row) => t[`do_${row.kind}`] },
          { head: t.by, cell: (row) => `${row.by}, ${moment(row.at, lang())}` },
          { head: t.state, cell: (row) => (row.state === "proposed" ? t.proposed_ : t[row.state]) },
          { head: t.file, cell: (row) => fileOf(row) },
          {
            head: t.decision,
            cell: (row) => settling(visit, row, () => void showProposals(visit, place)),
          },
        ],
        proposals,
        t.noProposals,
      ),
    );
  } catch (error) {
    visit.complain(error);
  }
}

function fileOf(row: Proposal): HTMLElement {
  const text = h("pre", { tabindex: 0, class: "code" }, row.text ?? "");
  return h("details", {}, h("summary", { class: "code" }, row.file), text);
}

function settling(visit: Visit, row: Proposal, load: () => void): HTMLElement | null {
  if (row.state !== "proposed" || !visit.may("approve")) return null;
  const t = words();
  const settle = async (how: "accept" | "reject") => {
    try {
      await visit.api.post(`/proposals/${row.id}/${how}`);
      visit.toast(how === "accept" ? t.acceptedNow : t.rejectedNow);
      load();
    } catch (error) {
      visit.complain(error);
    }
  };
  const one = (how: "accept" | "reject") =>
    h(
      "button",
      { type: "button", "aria-label": `${t[how]}: ${row.about}`, onclick: () => void settle(how) },
      t[how],
    );
  return h("div", { class: "buttons" }, row.by === visit.me.name ? null : one("accept"), one("reject"));
}
