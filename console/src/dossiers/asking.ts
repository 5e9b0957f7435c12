/** Asking for a dossier: with the confirmation heard from the caller, or with a reason; and unlocking. */
import { h } from "@heza/widget/dom";
import { Refused } from "../api";
import { openDialog } from "../components/dialog";
import { field, form } from "../components/form";
import { catalogue, fill, lang } from "../language";
import type { Visit } from "../pages";
import en from "../texts/dossiers/en.json";
import vi from "../texts/dossiers/vi.json";
import type { Viewed } from "./types";

const words = catalogue({ vi, en });

export class Asking {
  readonly element = h("section", { class: "panel asking-dossier" });
  readonly #code = field(words().code, {
    required: true,
    hint: words().codeHint,
    more: { maxlength: 80, spellcheck: "false" },
  });

  /** @param found is called with the dossier; null: there is none to be shown (any more) */
  constructor(
    private readonly visit: Visit,
    private readonly found: (viewed: Viewed | null) => void,
  ) {
    this.#withFactor();
  }

  focus(): void {
    this.#code.input.focus();
    (this.#code.input as HTMLInputElement).select();
  }

  #withFactor(): void {
    const t = words();
    const factor = field(t.factor, {
      required: true,
      hint: t.factorHint,
      more: { maxlength: 40, spellcheck: "false" },
    });
    const send = async () => {
      try {
        await this.#call("/dossiers/lookup", { factor: factor.value() });
      } finally {
        factor.input.value = "";
      }
    };
    const made = form({ name: t.ask, fields: [this.#code, factor], submit: t.lookUp, send });
    this.#show(made, t.noFactor, () => this.#withReason());
  }

  #withReason(): void {
    const t = words();
    const reason = field(t.reason, {
      required: true,
      hint: t.reasonHint,
      rows: 2,
      more: { minlength: 10, maxlength: 200 },
    });
    const send = () => this.#call("/dossiers/view", { reason: reason.value() });
    const made = form({ name: t.ask, fields: [this.#code, reason], submit: t.view, send });
    this.#show(made, t.withFactor, () => this.#withFactor());
    (this.#code.value() ? reason : this.#code).input.focus();
  }

  #show(made: HTMLFormElement, other: string, change: () => void): void {
    const t = words();
    const link = (text: string, act: () => void) =>
      h("button", { type: "button", class: "quiet", onclick: act }, text);
    const more = h(
      "div",
      { class: "row-acts" },
      link(other, change),
      link(t.unlock, () => unlock(this.visit, this.#code.value())),
    );
    this.element.replaceChildren(h("h2", {}, t.ask), made, more);
  }

  async #call(path: string, given: Record<string, string>): Promise<void> {
    this.found(null);
    const query = `?lang=${lang()}`;
    try {
      const body = { code: this.#code.value(), ...given };
      this.found(await this.visit.api.post<Viewed>(path + query, body, this.visit.signal));
    } catch (error) {
      throw withReference(error);
    }
  }
}

/** The reference of a look-up that failed stands with the complaint: an officer unlocks by it. */
function withReference(error: unknown): unknown {
  if (!(error instanceof Refused) || typeof error.problem.reference !== "string") return error;
  const text = `${error.message} ${fill(words().locked, { reference: error.problem.reference })}`;
  return new Refused(error.status, error.key, text, error.retryAfter, error.problem);
}

/** Lift the pause of a code, or the locks of whoever was given a reference. */
function unlock({ api, toast }: Visit, code: string): void {
  const t = words();
  const which = field(t.reference, {
    required: true,
    value: code,
    more: { maxlength: 80, spellcheck: "false" },
  });
  const reason = field(t.reason, { required: true, hint: t.reasonHint, rows: 2, more: { maxlength: 200 } });
  const dialog = openDialog(
    t.unlockTitle,
    h("p", { class: "muted" }, t.unlockLead),
    form({
      name: t.unlockTitle,
      fields: [which, reason],
      submit: t.unlock,
      send: async () => {
        const isReference = /^[0-9a-z]{4}-[0-9a-z]{4}$/i.test(which.value());
        const given = { [isReference ? "reference" : "code"]: which.value(), reason: reason.value() };
        await api.post("/dossiers/unlock", given);
        dialog.close();
        toast(t.unlocked);
      },
    }),
  );
  (code ? reason : which).input.focus();
}
