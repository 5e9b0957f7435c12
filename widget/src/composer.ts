/** Where questions are written. */
import type { Context } from "./context";
import { partialDate } from "./dates";
import { h, icon } from "./dom";
import { fill } from "./texts";
import type { MessageBody } from "./types";

export const MAX_BYTES = 4000; // of UTF-8, as the portal counts

export class Composer {
  readonly element: HTMLFormElement;
  readonly input: HTMLTextAreaElement;
  #complaint = h("p", { class: "complaint", id: "complaint", role: "alert" });
  #asOf: HTMLInputElement;
  #licensedOn: HTMLInputElement;
  #dates: HTMLDetailsElement;

  constructor(
    readonly context: Context,
    readonly send: (text: string, more: Partial<MessageBody>) => void,
  ) {
    const t = context.t();
    this.input = h("textarea", {
      id: "question",
      rows: 1,
      autocomplete: "off",
      enterkeyhint: "send",
      placeholder: t.placeholder,
      "aria-describedby": "hint complaint",
      onkeydown: (event: KeyboardEvent) => this.#key(event),
      oninput: () => this.#measure(),
    });
    this.#asOf = h("input", {
      type: "date",
      id: "as-of",
      autocomplete: "off",
      "aria-describedby": "as-of-hint complaint",
    });
    this.#licensedOn = h("input", {
      type: "text",
      id: "licensed-on",
      maxlength: 10,
      autocomplete: "off",
      "aria-describedby": "licensed-on-hint complaint",
    });
    this.#dates = h(
      "details",
      { class: "dates" },
      h("summary", {}, t.dates),
      h(
        "div",
        { class: "field" },
        h("label", { for: "as-of" }, t.asOf),
        this.#asOf,
        h("p", { id: "as-of-hint", class: "muted" }, t.asOfHint),
      ),
      h(
        "div",
        { class: "field" },
        h("label", { for: "licensed-on" }, t.licensedOn),
        this.#licensedOn,
        h("p", { id: "licensed-on-hint", class: "muted" }, t.licensedOnHint),
      ),
    );
    const submit = h(
      "button",
      { type: "submit", class: "primary send" },
      h("span", {}, t.send),
      icon("send"),
    );
    this.element = h(
      "form",
      { class: "composer", novalidate: true, onsubmit: (event: Event) => this.#submit(event) },
      h("label", { for: "question", class: "sr" }, t.question),
      this.#complaint,
      h("div", { class: "line" }, this.input, submit),
      h("div", { class: "under" }, this.#dates, h("p", { class: "sr", id: "hint" }, t.hint)),
    );
  }

  /** Say what is wrong with a field and go there; without arguments, take it back. */
  complain(text = "", field: HTMLElement | null = null): void {
    for (const one of [this.input, this.#asOf, this.#licensedOn]) one.removeAttribute("aria-invalid");
    this.#complaint.textContent = text;
    if (!field) return;
    if (field !== this.input) this.#dates.open = true;
    field.setAttribute("aria-invalid", "true");
    field.focus();
  }

  /** Give back a text that the portal refused, unless something else was typed meanwhile. */
  restore(text: string, why: string): void {
    this.input.value ||= text;
    this.complain(why, this.input);
  }

  #submit(event: Event): void {
    event.preventDefault();
    const t = this.context.t();
    const text = this.input.value.trim();
    const licensed = this.#licensedOn.value.trim() ? partialDate(this.#licensedOn.value) : "";
    this.complain();
    if (!text) return this.complain(t.empty, this.input);
    if (bytes(text) > MAX_BYTES)
      return this.complain(fill(t.tooLong, { limit: MAX_BYTES, bytes: bytes(text) }), this.input);
    if (this.#asOf.validity.badInput) return this.complain(t.badDay, this.#asOf);
    if (licensed === null) return this.complain(t.badLicence, this.#licensedOn);
    const more = {
      ...(this.#asOf.value ? { as_of: this.#asOf.value } : {}),
      ...(licensed ? { licensed_on: licensed } : {}),
    };
    this.input.value = "";
    this.#asOf.value = "";
    this.#licensedOn.value = ""; // the portal remembers it for the conversation
    this.#dates.open = false;
    this.#grow();
    this.send(text, more);
  }

  /** Enter sends, but not the Enter that ends a word of an input method (Telex, VNI). */
  #key(event: KeyboardEvent): void {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.element.requestSubmit();
  }

  /** Say at once when a question grows too long, without moving the focus. */
  #measure(): void {
    const size = bytes(this.input.value.trim());
    const tooLong = size > MAX_BYTES;
    this.complain(tooLong ? fill(this.context.t().tooLong, { limit: MAX_BYTES, bytes: size }) : "");
    if (tooLong) this.input.setAttribute("aria-invalid", "true");
    this.#grow();
  }

  #grow(): void {
    this.input.rows = 1;
    while (this.input.rows < 5 && this.input.scrollHeight > this.input.clientHeight + 2) this.input.rows += 1;
  }
}

function bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}
