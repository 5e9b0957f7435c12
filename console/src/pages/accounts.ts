/** Accounts, for administrators: invite, change roles, disable and enable, reset. */
import { moment } from "@heza/widget/dates";
import { h } from "@heza/widget/dom";
import { confirmed, openDialog } from "../components/dialog";
import { type Checkbox, checkbox, field, form } from "../components/form";
import { table } from "../components/table";
import { catalogue, fill, lang } from "../language";
import type { Page, Visit } from "../pages";
import { address } from "../router";
import { INVITATION } from "../sign-in/view";
import en from "../texts/accounts/en.json";
import vi from "../texts/accounts/vi.json";
import roleNamesEn from "../texts/me/en.json";
import roleNamesVi from "../texts/me/vi.json";
import type { Role } from "../types";

const words = catalogue({ vi, en });
const roleNames = catalogue({ vi: roleNamesVi, en: roleNamesEn });
const ROLES: readonly Role[] = ["officer", "editor", "approver", "administrator"];

interface Account {
  id: string;
  name: string;
  roles: Role[];
  state: "active" | "invited" | "disabled";
  sign_in: "password" | "oidc";
  created_at: string;
}

interface Invited {
  account: Account;
  invitation: string;
}

export const page: Page = {
  name: "accounts",
  permission: "accounts",
  place: 80,
  icon: "people",
  title: () => words().title,
  mount: (visit) => void new Accounts(visit).load(),
};

class Accounts {
  readonly #list = h("div", {});

  constructor(private readonly visit: Visit) {
    const invite = h(
      "button",
      { type: "button", class: "primary", onclick: () => this.#invite() },
      words().invite,
    );
    visit.main.append(h("div", { class: "toolbar" }, invite), this.#list);
  }

  async load(): Promise<void> {
    const { api, signal } = this.visit;
    try {
      const { accounts } = await api.get<{ accounts: Account[] }>("/accounts", {}, signal);
      this.#list.replaceChildren(this.#table(accounts));
    } catch (error) {
      this.visit.complain(error);
    }
  }

  #table(accounts: Account[]): HTMLElement {
    const t = words();
    return table<Account>(
      t.title,
      [
        { head: t.name, cell: ({ name }) => name },
        { head: t.roles, cell: ({ roles }) => roles.map((role) => roleNames()[role]).join(", ") },
        {
          head: t.state,
          cell: ({ state }) =>
            h(
              "span",
              { class: `tag ${{ active: "", invited: "warns", disabled: "bad" }[state]}` },
              t.states[state],
            ),
        },
        { head: t.signIn, cell: (account) => t.ways[account.sign_in] },
        { head: t.since, cell: ({ created_at }) => moment(created_at, lang()) },
        { head: t.acts, cell: (account) => this.#acts(account) },
      ],
      accounts,
      t.none,
    );
  }

  #acts(account: Account): HTMLElement {
    const t = words();
    const act = (text: string, does: () => void) =>
      h(
        "button",
        { type: "button", class: "quiet", "aria-label": `${text}: ${account.name}`, onclick: does },
        text,
      );
    const off = account.state === "disabled";
    return h(
      "div",
      { class: "row-acts" },
      act(t.change, () => this.#changeRoles(account)),
      off
        ? act(t.enable, () => this.#do(account, "enable", t.enabled))
        : act(t.disable, () => this.#disable(account)),
      account.sign_in === "password" ? act(t.reset, () => this.#reset(account)) : null,
    );
  }

  #invite(): void {
    const t = words();
    const name = field(t.name, {
      required: true,
      hint: t.nameHint,
      more: { maxlength: 64, spellcheck: "false" },
    });
    const roles = roleBoxes(["officer"]);
    const dialog = openDialog(
      t.invite,
      form({
        name: t.invite,
        fields: [name],
        more: [roleSet(roles)],
        submit: t.send,
        check: () => (chosen(roles).length ? null : [name, t.noRole]),
        send: async () => {
          const body = { name: name.value(), roles: chosen(roles) };
          const invited = await this.visit.api.post<Invited>("/accounts", body);
          dialog.close();
          showInvitation(invited, this.visit);
          await this.load();
        },
      }),
    );
    name.input.focus();
  }

  #changeRoles(account: Account): void {
    const t = words();
    const roles = roleBoxes(account.roles);
    const dialog = openDialog(
      fill(t.ofRoles, { name: account.name }),
      form({
        name: t.roles,
        fields: [],
        more: [roleSet(roles)],
        submit: t.save,
        send: async () => {
          await this.visit.api.put(`/accounts/${account.id}/roles`, { roles: chosen(roles) });
          dialog.close();
          this.visit.toast(fill(t.changed, { name: account.name }));
          await this.load();
        },
      }),
    );
    roles[0]?.input.focus();
  }

  async #disable(account: Account): Promise<void> {
    const t = words();
    if (await confirmed(fill(t.disableTitle, { name: account.name }), t.disableText, t.disable))
      await this.#do(account, "disable", t.disabled);
  }

  async #reset(account: Account): Promise<void> {
    const t = words();
    if (!(await confirmed(fill(t.resetTitle, { name: account.name }), t.resetText, t.reset))) return;
    try {
      showInvitation(await this.visit.api.post<Invited>(`/accounts/${account.id}/reset`), this.visit);
      await this.load();
    } catch (error) {
      this.visit.complain(error);
    }
  }

  async #do(account: Account, act: string, said: string): Promise<void> {
    try {
      await this.visit.api.post(`/accounts/${account.id}/${act}`);
      this.visit.toast(fill(said, { name: account.name }));
      await this.load();
    } catch (error) {
      this.visit.complain(error);
    }
  }
}

function roleBoxes(given: readonly Role[]): Checkbox[] {
  return ROLES.map((role) => checkbox(roleNames()[role], given.includes(role), role));
}

function roleSet(boxes: Checkbox[]): HTMLElement {
  return h("fieldset", {}, h("legend", {}, words().roles), ...boxes.map(({ row }) => row));
}

function chosen(boxes: Checkbox[]): string[] {
  return boxes.filter(({ input }) => input.checked).map(({ input }) => input.value);
}

/** Show an invitation, once. */
function showInvitation({ account, invitation }: Invited, { toast }: Visit): void {
  const t = words();
  const url = `${location.origin}${location.pathname}${address(INVITATION, [], { name: account.name })}`;
  const copy = async () => {
    await navigator.clipboard.writeText(`${url}\n${invitation}`);
    toast(t.copied);
  };
  openDialog(
    fill(t.invitationTitle, { name: account.name }),
    h("p", {}, t.invitationText),
    h("p", {}, `${t.address}: `, h("span", { class: "code" }, url)),
    h("p", {}, `${t.invitation}: `, h("strong", { class: "code invitation" }, invitation)),
    h("div", { class: "buttons" }, h("button", { type: "button", class: "primary", onclick: copy }, t.copy)),
  );
}
