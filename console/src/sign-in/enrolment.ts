/** From an invitation to an account: authenticator, password, recovery codes. */
import { h } from "@heza/widget/dom";
import type { Api } from "../api";
import { field, form } from "../components/form";
import { qr } from "../components/qr";
import { catalogue } from "../language";
import en from "../texts/sign-in/en.json";
import vi from "../texts/sign-in/vi.json";

const words = catalogue({ vi, en });

interface Offer {
  secret: string;
  address: string;
  ticket: string;
}

/**
 * Show the first of three steps in `sheet`.
 *
 * @param name of the account, as the address of the invitation says it
 * @param done goes to signing in
 */
export function showEnrolment(sheet: HTMLElement, api: Api, name: string, done: () => void): void {
  const t = words();
  const account = field(t.user, { value: name, required: true, more: { maxlength: 64 } });
  const invitation = field(t.invitation, { required: true, more: { maxlength: 200, spellcheck: "false" } });
  const made = form({
    name: t.enrol,
    fields: [account, invitation],
    submit: t.next,
    send: async () => {
      const given = { name: account.value(), invitation: invitation.value() };
      showAuthenticator(sheet, api, given, await api.post<Offer>("/enrolment", given), done);
    },
  });
  replace(sheet, t.enrol, h("p", { class: "muted" }, t.enrolLead), made, backButton(t.back, done));
}

function showAuthenticator(
  sheet: HTMLElement,
  api: Api,
  given: { name: string; invitation: string },
  { secret, address, ticket }: Offer,
  done: () => void,
): void {
  const t = words();
  const more = { autocomplete: "new-password", maxlength: 1000 };
  const password = field(t.newPassword, { type: "password", required: true, hint: t.newHint, more });
  const again = field(t.again, { type: "password", required: true, more });
  const code = field(t.enrolCode, {
    required: true,
    more: { autocomplete: "one-time-code", inputmode: "numeric", maxlength: 10 },
  });
  const made = form({
    name: t.enrol,
    fields: [password, again, code],
    submit: t.finish,
    check: () => (password.input.value === again.input.value ? null : [again, t.different]),
    send: async () => {
      const body = { ...given, ticket, password: password.input.value, code: code.value() };
      const { recovery_codes } = await api.post<{ recovery_codes: string[] }>("/enrolment/finish", body);
      showCodes(sheet, recovery_codes, done);
    },
  });
  const key = h(
    "p",
    {},
    `${t.secret}: `,
    h("span", { class: "code" }, (secret.match(/.{1,4}/g) ?? []).join(" ")),
  );
  replace(sheet, t.enrol, h("p", {}, t.scan), qr(address, t.qr), key, made);
}

function showCodes(sheet: HTMLElement, codes: string[], done: () => void): void {
  const t = words();
  const said = h("p", { class: "said", role: "status" });
  const copy = async () => {
    await navigator.clipboard.writeText(codes.join("\n"));
    said.textContent = t.codesCopied;
  };
  const list = h("ul", { class: "codes" }, ...codes.map((code) => h("li", { class: "code" }, code)));
  const buttons = h(
    "div",
    { class: "buttons" },
    h("button", { type: "button", onclick: copy }, t.copyCodes),
    h("button", { type: "button", class: "primary", onclick: done }, t.toSignIn),
  );
  replace(sheet, t.done, h("p", {}, t.codesLead), list, buttons, said);
}

function replace(sheet: HTMLElement, title: string, ...parts: (Node | string)[]): void {
  const heading = h("h1", { tabindex: -1 }, title);
  sheet.replaceChildren(heading, ...parts);
  heading.focus();
}

function backButton(text: string, done: () => void): HTMLElement {
  return h("p", {}, h("button", { type: "button", class: "quiet", onclick: done }, text));
}
