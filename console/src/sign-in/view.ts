/** The way in: password with a second factor, or the identity provider. */
import { h } from "@heza/widget/dom";
import type { Api } from "../api";
import { field, form } from "../components/form";
import { catalogue, common } from "../language";
import { parse } from "../router";
import en from "../texts/sign-in/en.json";
import vi from "../texts/sign-in/vi.json";
import type { Me } from "../types";
import { showEnrolment } from "./enrolment";

const words = catalogue({ vi, en });

/** Called with who has signed in, and with the response for its clock. */
export type Entered = (me: Me, response: Response) => void;

/** The address that goes with an invitation: `#/invitation?name=…`. */
export const INVITATION = "invitation";

/** Show it in `main`; `why` says why somebody has to sign in (again). */
export function showSignIn(main: HTMLElement, api: Api, why: string, entered: Entered): void {
  const t = words();
  document.title = `${t.title} – ${common().name}`;
  const sheet = h("div", { class: "sheet" });
  main.replaceChildren(sheet);
  const { name, query } = parse(location.hash);
  const back = () => {
    history.replaceState(null, "", "#/");
    showSignIn(main, api, "", entered);
    main.querySelector<HTMLElement>("input")?.focus();
  };
  if (name === INVITATION) return showEnrolment(sheet, api, query.get("name") ?? "", back);
  const others = h("div", {});
  const invited = () => showEnrolment(sheet, api, "", back);
  sheet.append(
    h("h1", { tabindex: -1 }, t.title),
    h("p", { class: "muted" }, t.lead),
    h("p", { class: "notice warns", role: "status", hidden: !why }, why),
    passwordForm(api, entered),
    others,
    h("p", {}, h("button", { type: "button", class: "quiet", onclick: invited }, t.invited)),
  );
  void offerProvider(api, others);
}

function passwordForm(api: Api, entered: Entered): HTMLFormElement {
  const t = words();
  const name = field(t.user, { required: true, more: { autocomplete: "username", maxlength: 64 } });
  const password = field(t.password, {
    type: "password",
    required: true,
    more: { autocomplete: "current-password", maxlength: 1000 },
  });
  const code = field(t.code, {
    required: true,
    hint: t.codeHint,
    more: { autocomplete: "one-time-code", maxlength: 200 },
  });
  return form({
    name: t.title,
    fields: [name, password, code],
    submit: t.signIn,
    send: async () => {
      try {
        const body = { name: name.value(), password: password.input.value, code: code.value() };
        const response = await api.call("POST", "/sign-in", { body });
        entered((await response.json()) as Me, response);
      } finally {
        code.input.value = ""; // it counts once
      }
    },
  });
}

async function offerProvider(api: Api, place: HTMLElement): Promise<void> {
  const ways = await api.get<{ oidc: boolean }>("/sign-in").catch(() => null);
  if (ways?.oidc)
    place.append(h("p", {}, h("a", { class: "button", href: "/staff/api/oidc/sign-in" }, words().oidc)));
}
