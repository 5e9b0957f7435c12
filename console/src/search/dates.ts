/** The two dates of a question: the day whose law is asked for, and the day the project was licensed. */
import { partialDate, readable } from "@heza/widget/dates";
import { h } from "@heza/widget/dom";
import { field } from "../components/form";
import { catalogue } from "../language";
import en from "../texts/search/en.json";
import vi from "../texts/search/vi.json";

const words = catalogue({ vi, en });

export interface Dates {
  as_of: string | null;
  licensed_on: string | null;
}

export class DateFields {
  readonly element: HTMLElement;
  readonly #asOf;
  readonly #licensed;
  readonly #complaint = h("p", { class: "complaint", role: "alert" });

  /** @param changed is called with what holds from now on */
  constructor(
    private readonly changed: (dates: Dates) => void,
    dates: Dates,
  ) {
    const t = words();
    this.#asOf = field(t.asOf, { type: "date", value: dates.as_of ?? "" });
    this.#licensed = field(t.licensedOn, {
      value: dates.licensed_on ? readable(dates.licensed_on, "vi") : "",
      more: { placeholder: t.licensedHint, inputmode: "numeric", maxlength: 10 },
    });
    const clear = h("button", { type: "button", class: "quiet", onclick: () => this.#clear() }, t.clearDates);
    for (const { input } of [this.#asOf, this.#licensed])
      input.addEventListener("change", () => this.#read());
    this.element = h(
      "div",
      { class: "dates", role: "group", "aria-label": t.dates },
      this.#asOf.row,
      this.#licensed.row,
      clear,
      this.#complaint,
    );
  }

  /** Show other dates, those of an address. */
  show(dates: Dates): void {
    this.#asOf.input.value = dates.as_of ?? "";
    this.#licensed.input.value = dates.licensed_on ? readable(dates.licensed_on, "vi") : "";
    this.element.classList.toggle("set", Boolean(dates.as_of ?? dates.licensed_on));
  }

  focus(): void {
    this.#asOf.input.focus();
  }

  #clear(): void {
    this.show({ as_of: null, licensed_on: null });
    this.#read();
  }

  #read(): void {
    const written = this.#licensed.value();
    const licensed = written ? partialDate(written) : null;
    this.#complaint.textContent = written && !licensed ? words().noDate : "";
    this.#licensed.input.setAttribute("aria-invalid", String(Boolean(written && !licensed)));
    if (written && !licensed) return;
    const dates = { as_of: this.#asOf.value() || null, licensed_on: licensed };
    this.element.classList.toggle("set", Boolean(dates.as_of ?? dates.licensed_on));
    this.changed(dates);
  }
}
