/** Dialogs: the browser's own, which keeps the focus inside and gives it back. */
import { type Child, h } from "@heza/widget/dom";
import { icon } from "../icons";
import { common } from "../language";

/** Show a dialog; it is removed once it closes. */
export function openDialog(title: string, ...content: Child[]): HTMLDialogElement {
  const heading = h("h2", { id: "dialog-title" }, title);
  const close = h("button", { type: "button", class: "quiet", "aria-label": common().close }, icon("close"));
  const made = h(
    "dialog",
    { "aria-labelledby": "dialog-title" },
    h("div", { class: "dialog-head" }, heading, close),
    ...content,
  );
  close.addEventListener("click", () => made.close());
  made.addEventListener("close", () => made.remove());
  document.body.append(made);
  made.showModal();
  return made;
}

/**
 * Ask before something that cannot be taken back.
 *
 * @param action the word on the button that does it
 */
export function confirmed(title: string, text: string, action: string): Promise<boolean> {
  return new Promise((resolve) => {
    const yes = h("button", { type: "button", class: "danger" }, action);
    const no = h("button", { type: "button" }, common().cancel);
    const made = openDialog(title, h("p", {}, text), h("div", { class: "buttons" }, yes, no));
    yes.addEventListener("click", () => made.close("yes"));
    no.addEventListener("click", () => made.close());
    made.addEventListener("close", () => resolve(made.returnValue === "yes"));
    no.focus();
  });
}
