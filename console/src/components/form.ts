/** Fields and forms: a label over each field, what went wrong beside it, sent once at a time. */
import { type Child, h } from "@heza/widget/dom";
import { common } from "../language";
import { inWords } from "../problems";

type Input = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

export interface Field {
  /** The whole: label, field, hint. */
  row: HTMLElement;
  input: Input;
  /** What was written, without blanks around it. */
  value: () => string;
}

export interface FieldOptions {
  hint?: string;
  value?: string;
  type?: string;
  required?: boolean;
  /** Lines of a long text; a text of one line without. */
  rows?: number;
  /** Values and their names: a list to choose from. */
  choices?: readonly (readonly [string, string])[];
  /** Further attributes of the field, such as `autocomplete`. */
  more?: Record<string, string | number | boolean>;
}

let made = 0;

/** Make a field. */
export function field(label: string, options: FieldOptions = {}): Field {
  const id = `field-${(made += 1)}`;
  const attributes = {
    id,
    autocomplete: "off",
    ...(options.required ? { required: true } : {}),
    ...(options.hint ? { "aria-describedby": `${id}-hint` } : {}),
    ...options.more,
  };
  const input = control(attributes, options);
  if (options.value !== undefined) input.value = options.value;
  const row = h(
    "div",
    { class: "field" },
    h("label", { for: id }, label),
    input,
    options.hint && h("p", { id: `${id}-hint`, class: "muted" }, options.hint),
  );
  return { row, input, value: () => input.value.trim() };
}

function control(attributes: Record<string, string | number | boolean>, options: FieldOptions): Input {
  if (options.choices) {
    const choices = options.choices.map(([value, name]) => h("option", { value }, name));
    return h("select", attributes, ...choices);
  }
  if (options.rows) return h("textarea", { rows: options.rows, ...attributes });
  return h("input", { type: options.type ?? "text", ...attributes });
}

export interface Checkbox {
  row: HTMLElement;
  input: HTMLInputElement;
}

/** Make a box to tick. */
export function checkbox(label: string, checked = false, value = ""): Checkbox {
  const id = `field-${(made += 1)}`;
  const input = h("input", { type: "checkbox", id, value, checked });
  return { input, row: h("div", { class: "check" }, input, h("label", { for: id }, label)) };
}

export interface FormOptions {
  /** Its name for screen readers. */
  name: string;
  fields: readonly Field[];
  /** What else stands in it, after the fields. */
  more?: Child[];
  submit: string;
  /** Look over what was filled in: the field that is wrong and what to say about it, null if all is well. */
  check?: () => [Field, string] | null;
  /** Send it; an error that it throws is shown in words. */
  send: () => Promise<void>;
}

/** Make a form. An empty required field gets the focus and says so; nothing is sent then. */
export function form({ name, fields, more = [], submit, check, send }: FormOptions): HTMLFormElement {
  const complaint = h("p", { class: "complaint", role: "alert" });
  const button = h("button", { type: "submit", class: "primary" }, submit);
  let busy = false;
  const mark = (input: Input, text: string) => {
    complaint.textContent = text;
    input.setAttribute("aria-invalid", "true");
    input.focus();
  };
  const onsubmit = async (event: Event) => {
    event.preventDefault();
    if (busy) return;
    complaint.textContent = "";
    for (const { input } of fields) input.removeAttribute("aria-invalid");
    const empty = fields.find(({ input, value }) => input.required && !value());
    if (empty) return mark(empty.input, common().required);
    const wrong = check?.();
    if (wrong) return mark(wrong[0].input, wrong[1]);
    busy = true;
    button.setAttribute("aria-disabled", "true");
    try {
      await send();
    } catch (error) {
      complaint.textContent = inWords(error);
    } finally {
      busy = false;
      button.removeAttribute("aria-disabled");
    }
  };
  return h(
    "form",
    { class: "form", novalidate: true, "aria-label": name, onsubmit },
    ...fields.map(({ row }) => row),
    ...more,
    complaint,
    h("div", { class: "buttons" }, button),
  );
}
