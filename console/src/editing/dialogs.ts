/** What is asked before something is done: a reason, from when, against what it was checked. */
import { type Child, h } from "@heza/widget/dom";
import { openDialog } from "../components/dialog";
import { checkbox, type Field, field, form } from "../components/form";
import { fill } from "../language";
import { words } from "./words";

const ZONE = "+07:00";
/** Times are those of Viet Nam, wherever the browser is. */

interface Asked {
  title: string;
  text?: string;
  fields: Field[];
  more?: Child[];
  action: string;
  send: () => Promise<void>;
}

/** Show a form in a dialog; it closes once it was sent. */
export function ask({ title, text, fields, more = [], action, send }: Asked): HTMLDialogElement {
  const asked = form({
    name: title,
    fields,
    more,
    submit: action,
    send: async () => {
      await send();
      made.close();
    },
  });
  const made = openDialog(title, text && h("p", { class: "muted" }, text), asked);
  fields[0]?.input.focus();
  return made;
}

/** Ask for a reason. */
export function askReason(
  title: string,
  text: string,
  action: string,
  send: (reason: string) => Promise<void>,
): void {
  const reason = field(words().reason, { required: true, rows: 3, more: { maxlength: 1000 } });
  ask({ title, text, fields: [reason], action, send: () => send(reason.value()) });
}

/** Ask what a change is for and from when it is to be in force. */
export function askProposal(
  note: string,
  difference: HTMLElement,
  send: (note: string, startsAt: string | null) => Promise<void>,
): void {
  const t = words();
  const why = field(t.note, { required: true, rows: 2, value: note, more: { maxlength: 1000 } });
  const moment = field(t.startsAt, { type: "datetime-local", hint: t.startsHint });
  const later = checkbox(t.later);
  moment.row.hidden = true;
  later.input.addEventListener("change", () => {
    moment.row.hidden = !later.input.checked;
    if (later.input.checked) moment.input.focus();
  });
  const made = ask({
    title: t.proposeTitle,
    fields: [why],
    more: [later.row, moment.row],
    action: t.propose,
    send: () =>
      send(why.value(), later.input.checked && moment.value() ? `${moment.value()}:00${ZONE}` : null),
  });
  made.classList.add("wide");
  made.querySelector("form")?.before(h("div", { class: "proposed" }, h("h3", {}, t.difference), difference));
}

/** Ask against what an entry was checked today. */
export function askVerification(
  name: string,
  reviewBy: string,
  send: (against: string, reviewBy: string) => Promise<void>,
): void {
  const t = words();
  const against = field(t.against, {
    required: true,
    rows: 2,
    hint: t.againstHint,
    more: { maxlength: 1000 },
  });
  const next = field(t.nextReview, { type: "date", value: reviewBy, required: true });
  ask({
    title: t.verifyTitle,
    text: fill(t.verifyText, { name }),
    fields: [against, next],
    action: t.verify,
    send: () => send(against.value(), next.value()),
  });
}
