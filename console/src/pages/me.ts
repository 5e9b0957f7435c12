/** One's own account. */
import { renderFacts } from "@heza/widget/blocks";
import { h } from "@heza/widget/dom";
import { field, form } from "../components/form";
import { catalogue } from "../language";
import type { Page, Visit } from "../pages";
import en from "../texts/me/en.json";
import vi from "../texts/me/vi.json";

const words = catalogue({ vi, en });

export const page: Page = {
  name: "me",
  permission: null,
  title: () => words().title,
  mount(visit) {
    const t = words();
    const roles = visit.me.roles.map((role) => t[role]).join(", ");
    visit.main.append(
      renderFacts([[t.roles, roles]]),
      h("section", { class: "narrow" }, h("h2", {}, t.change), passwordForm(visit)),
    );
  },
};

function passwordForm({ api, toast }: Visit): HTMLFormElement {
  const t = words();
  const secret = (label: string, autocomplete: string, hint?: string) =>
    field(label, {
      type: "password",
      required: true,
      ...(hint ? { hint } : {}),
      more: { autocomplete, maxlength: 1000 },
    });
  const current = secret(t.current, "current-password");
  const wanted = secret(t.new, "new-password", t.newHint);
  const again = secret(t.again, "new-password");
  const made = form({
    name: t.change,
    fields: [current, wanted, again],
    submit: t.change,
    check: () => (wanted.input.value === again.input.value ? null : [again, t.different]),
    send: async () => {
      await api.post("/me/password", { current: current.input.value, new: wanted.input.value });
      made.reset();
      toast(t.changed);
    },
  });
  return made;
}
