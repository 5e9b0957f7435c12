/** Forms inside the conversation. What is typed goes straight to its call, never into a message. */
import { renderNotice } from "./blocks";
import { Refused } from "./client";
import type { Context } from "./context";
import { h, link } from "./dom";
import { fill, type Texts } from "./texts";
import type { StateEvent } from "./types";
import { uuid } from "./uuid";

const NATIONAL_PORTAL = "https://dichvucong.gov.vn";

interface Field {
  row: HTMLElement;
  input: HTMLInputElement | HTMLTextAreaElement;
}

function field(
  label: string,
  attributes: Record<string, string | number> = {},
  hint = "",
  long = false,
): Field {
  const id = `f${uuid()}`;
  const more = {
    id,
    autocomplete: "off",
    maxlength: 200,
    ...(hint ? { "aria-describedby": `${id}h` } : {}),
    ...attributes,
  };
  const input = long ? h("textarea", { rows: 3, ...more }) : h("input", { type: "text", ...more });
  return {
    input,
    row: h(
      "div",
      { class: "field" },
      h("label", { for: id }, label),
      input,
      hint && h("p", { id: `${id}h`, class: "muted" }, hint),
    ),
  };
}

/** A form that sends once at a time and says beside itself what went wrong. */
function form(
  title: string,
  parts: Node[],
  button: string,
  send: (say: (text: string, at?: Field) => void) => Promise<void>,
): HTMLElement {
  const complaint = h("p", { class: "complaint", role: "alert" });
  const submit = h("button", { type: "submit", class: "primary" }, button);
  let busy = false;
  const say = (text: string, at?: Field) => {
    complaint.textContent = text;
    at?.input.setAttribute("aria-invalid", "true");
    at?.input.focus();
  };
  const onsubmit = async (event: Event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    submit.setAttribute("aria-disabled", "true");
    complaint.textContent = "";
    for (const one of made.querySelectorAll("[aria-invalid]")) one.removeAttribute("aria-invalid");
    await send(say).finally(() => {
      busy = false;
      submit.removeAttribute("aria-disabled");
    });
  };
  const made = h(
    "form",
    { class: "form", novalidate: true, "aria-label": title, onsubmit },
    h("p", { class: "title" }, title),
    ...parts,
    complaint,
    submit,
  );
  return made;
}

/** Look-up of a dossier: code and factor reach the dossier desk only. */
export function dossierForm(context: Context, t: Texts): HTMLElement {
  const code = field(t.code, { value: context.dossierCode }, t.codeHint);
  const factor = field(t.factor, { type: "password" });
  return form(t.lookup, [code.row, factor.row], t.lookUp, async (say) => {
    if (!code.input.value.trim() || !factor.input.value.trim())
      return say(t.bothNeeded, code.input.value.trim() ? factor : code);
    context.dossierCode = code.input.value.trim();
    try {
      const token = await context.conversation.token();
      const turn = await context.client.lookup(
        token,
        context.dossierCode,
        factor.input.value.trim(),
        context.lang(),
      );
      context.conversation.add(turn);
    } catch (error) {
      if (error instanceof Refused && error.isMissing) {
        factor.row.after(
          h("p", {}, `${t.lookupAway} `, link("dichvucong.gov.vn", NATIONAL_PORTAL, t.newTab)),
        );
      } else say(error instanceof Refused ? error.message : t.unreachable);
    } finally {
      factor.input.value = "";
    }
  });
}

/**
 * The wish for an officer.
 *
 * @param unavailable is called when this portal has no hand-off
 */
export function contactForm(context: Context, t: Texts, unavailable: () => void): HTMLElement {
  const contact = field(t.contact);
  const note = field(t.note, { maxlength: 1000 }, "", true);
  const consent = h("input", { type: "checkbox", id: `f${uuid()}` });
  const agreed = h("div", { class: "check" }, consent, h("label", { for: consent.id }, t.consent));
  const parts = [h("p", {}, t.contactIntro), note.row, contact.row, agreed];
  const made = form(t.contactTitle, parts, t.request, async (say) => {
    const address = contact.input.value.trim();
    if (address && !consent.checked) return say(t.consentNeeded, contact);
    const body = {
      ...(address ? { contact: address, consent: true } : {}),
      ...(note.input.value.trim() ? { note: note.input.value.trim() } : {}),
    };
    try {
      const state = await context.client.handoff(await context.conversation.token(), body, context.lang());
      made.remove();
      context.conversation.setHandoff(state);
    } catch (error) {
      if (error instanceof Refused && error.isMissing) {
        context.missing.add("handoff");
        made.remove();
        unavailable();
      } else say(error instanceof Refused ? error.message : t.unreachable);
    }
  });
  return made;
}

/** Reading the reply to a ticket. */
export function ticketForm(context: Context, t: Texts): HTMLElement {
  const code = field(t.ticketCode);
  const secret = field(t.secret, { type: "password" });
  const result = h("div", { role: "status" });
  return form(t.ticketLookup, [code.row, secret.row, result], t.lookUp, async (say) => {
    if (!code.input.value.trim() || !secret.input.value.trim())
      return say(t.bothNeeded, code.input.value.trim() ? secret : code);
    try {
      const ticket = await context.client.ticket(
        code.input.value.trim(),
        secret.input.value.trim(),
        context.lang(),
      );
      result.replaceChildren(
        renderNotice("info", ticket.reply ? `${t.ticketReply}: ${ticket.reply}` : t.ticketOpen, t),
      );
    } catch (error) {
      const missing = error instanceof Refused && error.isMissing && error.status !== 404;
      say(missing ? t.unavailable : error instanceof Refused ? error.message : t.unreachable);
    }
  });
}

/** Where a hand-off stands, in words. */
export function handoffInWords(state: StateEvent, t: Texts): string {
  switch (state.state) {
    case "queued":
      return fill(t.queued, { position: state.position ?? 1 });
    case "claimed":
      return t.claimed;
    case "ticket":
      return fill(t.ticket, { code: state.code ?? "" });
    case "closed":
      return state.reason ? t.unanswered : t.backToBot;
    case "dossier_changed":
      return t.dossierNews;
    default:
      return t.backToBot;
  }
}
