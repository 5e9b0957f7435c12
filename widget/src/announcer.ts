/**
 * The one place from which the widget speaks to screen readers.
 *
 * The transcript itself is no live region, so that nothing is read twice; a message is put here once
 * and taken out after a second, so that nobody comes across it again while reading.
 */
import { h } from "./dom";

const KEPT_FOR = 1000;

export class Announcer {
  readonly element = h("div", { class: "sr", "aria-live": "polite", "data-announcer": true });

  say(text: string, lang: string): void {
    const said = h("p", { lang }, text);
    this.element.append(said);
    setTimeout(() => said.remove(), KEPT_FOR);
  }
}
