/** The large reading view: only what is said, in letters that are read at arm's length. */
import { renderBlock } from "@heza/widget/blocks";
import { h } from "@heza/widget/dom";
import { TEXTS } from "@heza/widget/texts";
import { openDialog } from "../components/dialog";
import { statement } from "./card";
import type { Card, Facet } from "./types";

/** Show it; Escape closes it. */
export function readLarge(card: Card): void {
  const t = TEXTS[card.lang];
  const facet = card.facets[0] as Facet;
  const blocks = facet.blocks.map((block) => renderBlock(block, t, () => null));
  const doubts = facet.caveats.map(({ text }) => h("p", { class: "notice warns" }, text));
  const dialog = openDialog(
    card.name,
    h(
      "div",
      { class: "large", lang: card.lang, tabindex: 0 },
      h("p", { class: "large-aloud" }, card.aloud.text ?? statement(facet)),
      ...doubts,
      h("h3", {}, facet.label),
      ...blocks,
    ),
  );
  dialog.classList.add("reading");
  dialog.querySelector<HTMLElement>(".large")?.focus();
}
