/** The log of a call in two keys: one opens this, Y or N closes it. */
import { h } from "@heza/widget/dom";
import { openDialog } from "../components/dialog";
import { field } from "../components/form";
import { catalogue, lang } from "../language";
import type { Visit } from "../pages";
import { inWords } from "../problems";
import en from "../texts/search/en.json";
import vi from "../texts/search/vi.json";
import { outbox } from "./outbox";
import type { Card } from "./types";

const words = catalogue({ vi, en });

/**
 * Ask whether the question was solved, and record the call.
 *
 * @param card that was read to the caller; null if none was
 * @param done is called once the call is logged, or kept until the portal can be reached
 */
export function logCall(visit: Visit, card: Card | null, done: () => void): void {
  const t = words();
  const topics: [string, string][] = [
    ...Object.entries(t.kinds),
    ["dossier", t.topicDossier],
    ["other", t.topicOther],
  ];
  const topic = field(t.topic, { choices: topics, value: card?.kind ?? "other" });
  const complaint = h("p", { class: "complaint", role: "alert" });
  const button = (key: string, text: string, solved: boolean) =>
    h(
      "button",
      {
        type: "button",
        class: solved ? "primary" : "",
        onclick: () => send(solved),
        "aria-keyshortcuts": key,
      },
      text,
      " ",
      h("kbd", { "aria-hidden": "true" }, key.toUpperCase()),
    );
  const yes = button("y", t.logYes, true);
  const dialog = openDialog(
    t.logTitle,
    card && h("p", { class: "muted", lang: card.lang }, card.name),
    topic.row,
    h("p", {}, t.solved),
    h("div", { class: "buttons" }, yes, button("n", t.logNo, false)),
    complaint,
  );
  let busy = false;
  const send = async (solved: boolean) => {
    if (busy) return;
    busy = true;
    try {
      const logged = await outbox.log({
        topic: topic.value(),
        lang: card?.lang ?? lang(),
        ...(card ? { entry: card.entry, version: card.version } : {}),
        solved,
      });
      dialog.close();
      visit.toast(logged ? t.logged : t.kept);
      done();
    } catch (error) {
      complaint.textContent = inWords(error);
    } finally {
      busy = false;
    }
  };
  dialog.addEventListener("keydown", (event) => {
    const solved = { y: true, n: false }[event.key.toLowerCase()];
    if (solved === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    void send(solved);
  });
  yes.focus();
}
