/** The form of an entry or a document: problems and preview while one types, draft, proposal. */
import { h, icon } from "@heza/widget/dom";
import { openDialog } from "../components/dialog";
import { fill, lang } from "../language";
import type { Mounted, Visit } from "../pages";
import { isAborted } from "../problems";
import { address } from "../router";
import { type Calls, outdatedBy, problemsOf } from "./calls";
import { record, suggestions } from "./controls";
import type { Checked, Choices, Data, Outdated, Problem } from "./data";
import { askProposal } from "./dialogs";
import { difference } from "./difference";
import { changesOf } from "./changes";
import { Marks } from "./marks";
import { PreviewPane } from "./preview";
import { documentFields, entryFields } from "./schema";
import { Draft } from "./slots";
import { words } from "./words";

/** How long to wait after a key before asking the portal. */
const PAUSE = 350;

export interface Start {
  data: Data;
  /** The version that it is made from, 0 for a new item. */
  base: number;
  /** What that version says. */
  before: Data;
  /** Of the proposal, if it is a draft already. */
  proposal: string | null;
  note: string;
  /** What else can be done with the item. */
  actions: HTMLElement[];
}

export class Editor implements Mounted {
  readonly #marks = new Marks();
  readonly #preview = new PreviewPane();
  readonly #wrong = h("div", { class: "wrong", role: "status" });
  readonly #draft: Draft;
  #proposal: string | null;
  #base: number;
  #dirty = false;
  #timer = 0;
  #asking: AbortController | null = null;

  constructor(
    private readonly visit: Visit,
    private readonly calls: Calls,
    private readonly choices: Choices,
    private readonly start: Start,
  ) {
    this.#draft = new Draft(structuredClone(start.data), () => this.#changed());
    this.#proposal = start.proposal;
    this.#base = start.base;
    this.#show();
    void this.#check();
    addEventListener("beforeunload", (event) => this.#dirty && event.preventDefault(), {
      signal: visit.signal,
    });
  }

  /** Whoever leaves the page finds the draft again. */
  unmount(): void {
    clearTimeout(this.#timer);
    if (this.#dirty) void this.#save(this.start.note).catch(this.visit.complain);
  }

  #show(): void {
    const t = words();
    const { data } = this.#draft;
    const isNew = this.start.base === 0;
    const fields =
      "number" in data
        ? documentFields(this.choices, isNew)
        : entryFields(this.#draft.slot("kind").text(), this.choices, isNew);
    const form = h("form", { class: "entry-form", novalidate: true, "aria-label": t.form });
    form.append(record(fields, this.#draft.slot(), { choices: this.choices, marks: this.#marks }));
    const general = h("p", { class: "complaint", role: "alert" });
    this.#marks.add([], general);
    form.append(general);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("focusin", (event) => this.#follow(event.target as Element));
    const save = h("button", { type: "button" }, t.saveDraft);
    save.addEventListener("click", () => void this.#saved());
    const propose = h("button", { type: "button", class: "primary" }, `${t.propose}…`);
    propose.addEventListener("click", () => void this.#propose());
    const bar = h("div", { class: "editor-bar" }, this.#wrong, save, propose, ...this.start.actions);
    this.visit.main.append(
      suggestions(this.choices, lang()),
      bar,
      h("div", { class: "editor" }, form, this.#preview.element),
    );
    this.visit.shortcut("s", t.saveDraft, () => void this.#saved());
  }

  /** Show the answer about the facet that is being written. */
  #follow(target: Element): void {
    const part = target.closest<HTMLElement>("details[data-part]");
    if (part?.dataset.part) this.#preview.turn(part.dataset.part);
  }

  #changed(): void {
    this.#dirty = true;
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#check(), PAUSE);
  }

  async #check(): Promise<void> {
    this.#asking?.abort();
    this.#asking = new AbortController();
    const signal = AbortSignal.any([this.#asking.signal, this.visit.signal]);
    try {
      this.#checked(await this.calls.check(this.#draft.data, signal));
    } catch (error) {
      if (!isAborted(error)) this.visit.complain(error);
    }
  }

  #checked({ problems, preview }: Checked): void {
    this.#complainOf(problems);
    this.#preview.show(preview);
  }

  #complainOf(problems: Problem[]): void {
    const t = words();
    this.#marks.show(problems);
    const [first] = problems;
    this.#wrong.className = first ? "wrong" : "wrong good";
    if (!first) {
      this.#wrong.replaceChildren(t.valid);
      return;
    }
    const count = problems.length === 1 ? t.oneProblem : fill(t.problems, { n: problems.length });
    const go = h("button", { type: "button", class: "quiet" }, icon("warning"), count);
    go.addEventListener("click", () => this.#marks.reveal(first));
    this.#wrong.replaceChildren(go);
  }

  async #save(note: string): Promise<string> {
    const { id } = await this.calls.save(this.#proposal, this.#draft.data, this.#base, note);
    this.#proposal = id;
    this.#dirty = false;
    return id;
  }

  async #saved(): Promise<void> {
    try {
      const id = await this.#save(this.start.note);
      this.visit.note(address("editing", ["draft", id]));
      this.visit.toast(words().saved);
    } catch (error) {
      this.visit.complain(error);
    }
  }

  #propose(): void {
    const changes = changesOf(this.start.before, this.#draft.data);
    askProposal(this.start.note, difference(changes, this.choices), async (note, startsAt) => {
      try {
        const id = await this.#save(note);
        this.visit.note(address("editing", ["draft", id]));
        await this.calls.propose(id, startsAt);
        this.visit.toast(words().proposed);
        this.visit.go(address("editing", ["proposal", id]));
      } catch (error) {
        const outdated = outdatedBy(error);
        const problems = problemsOf(error);
        if (outdated) this.#resolve(outdated);
        else if (problems) this.#complainOf(problems);
        if (!outdated) throw error;
      }
    });
  }

  /** Somebody else was faster: show what they changed, and let the author decide. */
  #resolve(outdated: Outdated): void {
    const t = words();
    const keep = h("button", { type: "button", class: "primary" }, t.keepMine);
    const dialog = openDialog(
      t.outdatedTitle,
      h("p", {}, fill(t.outdatedText, { version: outdated.version })),
      difference(outdated.changes, this.choices),
      h("p", { class: "muted" }, t.keepHint),
      h("div", { class: "buttons" }, keep),
    );
    keep.addEventListener("click", () => {
      this.#base = outdated.version;
      dialog.close();
      void this.#saved();
    });
  }
}
