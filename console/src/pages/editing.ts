/** Editing the knowledge base without code: `#/editing`, `…/item/<id>`, `…/new/<kind>`, `…/draft/<proposal>`. */
import { h } from "@heza/widget/dom";
import { Calls } from "../editing/calls";
import { showHistory } from "../editing/history";
import { showDraft, showItem, showNew } from "../editing/item";
import { showOverview } from "../editing/overview";
import { showProposal } from "../editing/reading";
import { words } from "../editing/words";
import { common } from "../language";
import type { Mounted, Page, Visit } from "../pages";
import { address } from "../router";
import "../styles/editing.css";

export const page: Page = {
  name: "editing",
  permission: "edit",
  place: 50,
  icon: "copy",
  title: () => words().title,
  mount(visit) {
    const wait = h("p", { class: "muted", role: "status" }, common().loading);
    visit.main.append(wait);
    let inner: Mounted | void;
    void show(visit)
      .then((mounted) => {
        inner = mounted;
        if (visit.signal.aborted) inner?.unmount?.();
      })
      .catch(visit.complain)
      .finally(() => wait.remove());
    return { unmount: () => inner?.unmount?.() };
  },
};

async function show(visit: Visit): Promise<Mounted | void> {
  const [what = "", id = ""] = visit.route.parts;
  const calls = new Calls(visit.api, visit.signal);
  const choices = await calls.choices();
  if (what) visit.main.append(h("p", {}, h("a", { href: address("editing") }, `← ${words().back_to_all}`)));
  switch (what) {
    case "":
      return showOverview(visit, calls, choices);
    case "item":
      return showItem(visit, calls, choices, await calls.item(id));
    case "new":
      return showNew(visit, calls, choices, id);
    case "history":
      return showHistory(visit, calls, choices, id, await calls.history(id));
    case "draft": {
      const proposal = await calls.proposal(id);
      const mayGoOn =
        proposal.author === visit.me.name && ["draft", "refused", "failed"].includes(proposal.state);
      if (!mayGoOn) return visit.go(address("editing", ["proposal", id]));
      const versions = await calls.history(proposal.item);
      const before = versions.find(({ version }) => version === proposal.base)?.data ?? {};
      return showDraft(visit, calls, choices, proposal, before);
    }
    case "proposal": {
      const again = (): void => {
        const shown = [...visit.main.children].slice(1);
        for (const one of shown) one.remove();
        void calls
          .proposal(id)
          .then((proposal) => showProposal(visit, calls, choices, proposal, again))
          .catch(visit.complain);
      };
      return showProposal(visit, calls, choices, await calls.proposal(id), again);
    }
    default:
      visit.main.append(h("p", {}, common().noPageText));
  }
}
