/** What is said in passing: that something was done for a moment, that something failed until it is closed. */
import { h } from "@heza/widget/dom";
import { icon } from "../icons";
import { common } from "../language";

const SHOWN = 6000;

export class Toasts {
  /** The live regions must be in the page before they say anything. */
  readonly element = h("div", { class: "toasts" });
  readonly #said = h("div", { role: "status" });
  readonly #failed = h("div", { role: "alert" });
  readonly #spoken = h("div", { class: "sr", role: "status" });

  constructor() {
    this.element.append(this.#said, this.#failed, this.#spoken);
  }

  say(text: string): void {
    const shown = h("p", { class: "toast" }, text);
    this.#said.append(shown);
    setTimeout(() => shown.remove(), SHOWN);
  }

  complain(text: string): void {
    const close = h(
      "button",
      { type: "button", class: "quiet", "aria-label": common().close },
      icon("close"),
    );
    const shown = h("div", { class: "toast bad" }, icon("warning"), h("p", {}, text), close);
    close.addEventListener("click", () => shown.remove());
    this.#failed.replaceChildren(shown);
  }

  announce(text: string): void {
    this.#spoken.textContent = text;
  }
}
