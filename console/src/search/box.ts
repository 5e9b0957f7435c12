/** The search box with its results: an ARIA combobox, all by keyboard. */
import { h } from "@heza/widget/dom";
import { icon } from "../icons";
import { catalogue, fill } from "../language";
import type { Visit } from "../pages";
import { isAborted } from "../problems";
import en from "../texts/search/en.json";
import vi from "../texts/search/vi.json";
import type { Found } from "./knowledge";
import type { Result } from "./types";

const words = catalogue({ vi, en });
const PAUSE = 70;

export interface BoxOptions {
  visit: Visit;
  search: (typed: string, signal: AbortSignal) => Promise<Found>;
  open: (result: Result) => void;
  /** Results came out of the copy of a day, or again from the portal (null). */
  copied: (day: string | null) => void;
}

export class Box {
  readonly input = h("input", {
    type: "search",
    id: "search",
    role: "combobox",
    "data-search": true,
    "aria-expanded": "false",
    "aria-controls": "results",
    "aria-autocomplete": "list",
    autocomplete: "off",
    spellcheck: "false",
    enterkeyhint: "search",
    maxlength: 200,
  });
  readonly list = h("ul", { id: "results", role: "listbox", class: "results" });
  readonly element: HTMLElement;
  #results: Result[] = [];
  #chosen = -1;
  #searched = "";
  #openFirst = false; // Enter came before the results did
  #running = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: BoxOptions) {
    const t = words();
    this.input.placeholder = t.placeholder;
    this.list.setAttribute("aria-label", t.results);
    this.element = h(
      "div",
      { class: "box" },
      h("label", { for: "search", class: "sr" }, t.label),
      icon("search"),
      this.input,
      h("kbd", { "aria-hidden": "true" }, "/"),
    );
    this.input.addEventListener("input", () => this.#typed());
    this.input.addEventListener("keydown", (event) => this.#pressed(event));
    options.visit.signal.addEventListener("abort", () => this.#stop());
  }

  /** Show what the box would find, for a change of language or dates. */
  again(): void {
    this.#searched = "";
    this.#typed();
  }

  /** Mark which entry is open. */
  opened(entry: string): void {
    for (const one of this.list.children)
      one.classList.toggle("open", (one as HTMLElement).dataset.entry === entry);
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#running.abort();
  }

  #typed(): void {
    this.#openFirst = false;
    this.#stop();
    if (!this.input.value.trim()) return this.#show([], "");
    this.#timer = setTimeout(() => void this.#search(), PAUSE);
  }

  async #search(): Promise<void> {
    this.#stop();
    this.#running = new AbortController();
    const { signal } = this.#running;
    const typed = this.input.value;
    try {
      const found = await this.options.search(typed, signal);
      if (signal.aborted) return;
      this.options.copied(found.copied);
      this.#show(found.results, typed);
      if (this.#openFirst) this.#open();
    } catch (error) {
      if (!isAborted(error)) this.options.visit.complain(error);
    }
  }

  #show(results: Result[], typed: string): void {
    const t = words();
    this.#results = results;
    this.#searched = typed;
    this.list.replaceChildren(...results.map((result, place) => this.#option(result, place)));
    if (typed && !results.length)
      this.list.append(h("li", { role: "option", "aria-disabled": "true", class: "none" }, t.nothing));
    this.input.setAttribute("aria-expanded", String(results.length > 0));
    this.#choose(results.length ? 0 : -1);
    if (typed) this.options.visit.announce(fill(t.found, { n: results.length }));
  }

  #option(result: Result, place: number): HTMLElement {
    const kinds: Record<string, string> = words().kinds;
    const made = h(
      "li",
      { role: "option", id: `result-${place}`, "data-entry": result.entry },
      h("span", { class: "result-kind" }, `${kinds[result.kind] ?? result.kind} · ${result.label}`),
      h("strong", {}, result.name),
      h("span", { class: "result-text" }, result.text),
    );
    // The focus stays in the box.
    made.addEventListener("mousedown", (event) => event.preventDefault());
    made.addEventListener("click", () => {
      this.#choose(place);
      this.#open();
    });
    return made;
  }

  #choose(place: number): void {
    this.#chosen = place;
    Array.from(this.list.children, (one, at) => one.setAttribute("aria-selected", String(at === place)));
    if (place < 0) return this.input.removeAttribute("aria-activedescendant");
    this.input.setAttribute("aria-activedescendant", `result-${place}`);
    this.list.children[place]?.scrollIntoView({ block: "nearest" });
  }

  #pressed(event: KeyboardEvent): void {
    if (event.isComposing) return;
    const many = this.#results.length;
    if (event.key === "ArrowDown" && many) this.#choose((this.#chosen + 1) % many);
    else if (event.key === "ArrowUp" && many) this.#choose((this.#chosen - 1 + many) % many);
    else if (event.key === "Enter") this.#enter();
    else if (event.key === "Escape" && this.input.value) this.#clear();
    else if (event.key === "Escape") this.input.blur();
    else return;
    event.preventDefault();
  }

  #clear(): void {
    this.input.value = "";
    this.#typed();
  }

  #enter(): void {
    if (!this.input.value.trim()) return;
    if (this.#searched === this.input.value) return this.#open();
    this.#openFirst = true; // it stays so until something else is typed
    void this.#search();
  }

  #open(): void {
    const result = this.#results[this.#chosen];
    this.#openFirst = false;
    if (result) this.options.open(result);
  }
}
