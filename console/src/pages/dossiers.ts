/** The caller's dossier, and what is overdue. */
import { h } from "@heza/widget/dom";
import { Asking } from "../dossiers/asking";
import { Overdue } from "../dossiers/overdue";
import { renderDossier } from "../dossiers/panel";
import { catalogue } from "../language";
import type { Page } from "../pages";
import "../styles/dossiers.css";
import en from "../texts/dossiers/en.json";
import vi from "../texts/dossiers/vi.json";

const words = catalogue({ vi, en });

export const page: Page = {
  name: "dossiers",
  permission: "dossiers",
  place: 2,
  icon: "folder",
  title: () => words().title,
  mount(visit) {
    const place = h("div", { class: "dossier-place" });
    const asking = new Asking(visit, (viewed) => {
      place.replaceChildren(...(viewed ? [renderDossier(viewed, visit)] : []));
      place.querySelector("h2")?.focus();
    });
    visit.main.append(h("div", { class: "dossier-desk" }, asking.element, place), new Overdue(visit).element);
    visit.shortcut("h", words().keyCode, () => asking.focus());
    asking.focus();
  },
};
