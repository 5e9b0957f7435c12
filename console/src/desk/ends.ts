/** What is asked before a conversation or a ticket is passed on or closed. */
import { h } from "@heza/widget/dom";
import { openDialog } from "../components/dialog";
import { field, form } from "../components/form";
import { choices } from "../words";
import { unitChoices } from "./units";
import { words } from "./words";

/** Ask for the unit, and send it. */
export function askUnit(text: string, send: (unit: string) => Promise<void>): void {
  const t = words();
  const unit = field(t.forwardTo, { choices: unitChoices(), required: true });
  const dialog = openDialog(
    t.forward,
    h("p", {}, text),
    form({
      name: t.forward,
      fields: [unit],
      submit: t.forward,
      send: async () => {
        await send(unit.value());
        dialog.close();
      },
    }),
  );
}

/** Ask what it was about and whether it was solved, and send that. */
export function askEnd(send: (end: { topic: string; solved: boolean }) => Promise<void>): void {
  const t = words();
  const topic = field(t.topic, { choices: [["", "–"], ...choices("topics")], required: true });
  const solved = field(t.solvedAsk, {
    choices: [
      ["", "–"],
      ["yes", t.solved],
      ["no", t.unsolved],
    ],
    required: true,
  });
  const dialog = openDialog(
    t.close,
    form({
      name: t.close,
      fields: [topic, solved],
      submit: t.close,
      send: async () => {
        await send({ topic: topic.value(), solved: solved.value() === "yes" });
        dialog.close();
      },
    }),
  );
}
