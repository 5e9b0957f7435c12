/** The answer as visitors would read it, in both languages, drawn by the widget's own program. */
import { renderAnswer } from "@heza/widget/answer";
import { h } from "@heza/widget/dom";
import { TEXTS } from "@heza/widget/texts";
import type { Turn } from "@heza/widget/types";
import type { Preview, Shown } from "./data";
import { words } from "./words";

export class PreviewPane {
  readonly element = h("section", { class: "preview", "aria-label": words().preview });
  readonly #facets = h("select", { "aria-label": words().facet });
  readonly #answers = h("div", { class: "answers" });
  #shown: Preview | null = null;
  /** The facet to show, as soon as there is an answer about it. */
  #wanted = "";

  constructor() {
    this.#facets.addEventListener("change", () => this.turn(this.#facets.value));
    const head = h("div", { class: "preview-head" }, h("h2", {}, words().preview), this.#facets);
    this.element.append(head, this.#answers);
    this.show(null);
  }

  /** Show what the portal has made; null: it cannot tell yet. */
  show(preview: Preview | null): void {
    if (preview) this.#shown = preview;
    this.element.classList.toggle("waits", !preview && this.#shown !== null);
    const answers = this.#shown?.vi ?? [];
    this.#facets.replaceChildren(
      ...answers.map(({ facet, label }) =>
        h("option", { value: facet, selected: facet === this.#wanted }, label),
      ),
    );
    this.#facets.hidden = answers.length < 2;
    this.#show();
  }

  /** Show the answer about a facet, as soon as there is one. */
  turn(facet: string): void {
    if (facet === this.#wanted) return;
    this.#wanted = facet;
    if (this.#shown?.vi.some((one) => one.facet === facet)) this.#facets.value = facet;
    this.#show();
  }

  #show(): void {
    if (!this.#shown) {
      this.#answers.replaceChildren(h("p", { class: "empty" }, words().noPreview));
      return;
    }
    const { vi, en } = this.#shown;
    const chosen = this.#facets.value || vi[0]?.facet;
    const answers = [vi, en].map((all) => all.find(({ facet }) => facet === chosen));
    this.#answers.replaceChildren(...answers.filter((one) => one !== undefined).map(answer));
  }
}

function answer(shown: Shown): HTMLElement {
  const t = words();
  const turn: Turn = {
    ...shown,
    id: "",
    seq: 0,
    question: "",
    entries: [],
    release: "",
    suggestions: [],
    dossier: null,
  };
  return h(
    "article",
    { lang: shown.lang, class: "answer" },
    h(
      "h3",
      { class: "eyebrow", lang: document.documentElement.lang },
      shown.lang === "vi" ? t.vietnamese : t.english,
    ),
    ...renderAnswer(turn, TEXTS[shown.lang], () => null),
  );
}
