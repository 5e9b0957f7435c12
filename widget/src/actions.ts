/** What the visitor can do with one answer: judge, copy, print, pass on. */
import { answerInWords, permanentLink } from "./answer";
import { Refused } from "./client";
import type { Context } from "./context";
import type { Answer } from "./items";
import { h, hidden, type IconName, icon } from "./dom";
import style from "./style.css?inline";
import type { Texts } from "./texts";
import { themeRules } from "./theme";
import { uuid } from "./uuid";

/** Return the row of buttons under an answer. */
export function renderActions(item: Answer, context: Context, t: Texts): HTMLElement {
  const said = h("p", { class: "said", role: "status" });
  const say = (text: string) => {
    said.textContent = text;
  };
  const address = permanentLink(item.turn, context.client.origin);
  const buttons = [
    button("copy", t.copy, () => copy(answerInWords(item.turn, t, address), t.copied, say, t)),
    button("print", t.print, (event) => printAnswer(event.currentTarget as HTMLElement, item)),
    address && button("share", t.share, () => share(address, item, say, t)),
  ];
  const votes = context.missing.has("feedback") ? null : renderVotes(item, context, t, say);
  return h(
    "div",
    { class: "actions", role: "group", "aria-label": t.actions },
    h("div", { class: "action-row" }, votes, h("div", { class: "uses" }, ...buttons)),
    said,
  );
}

function button(name: IconName, label: string, onclick: (event: Event) => void): HTMLButtonElement {
  return h("button", { type: "button", class: "quiet", title: label, onclick }, icon(name), hidden(label));
}

function renderVotes(item: Answer, context: Context, t: Texts, say: (text: string) => void): HTMLElement {
  const votes = h("div", { class: "votes" });
  const make = (value: "up" | "down", label: string) =>
    h(
      "button",
      {
        type: "button",
        class: "quiet",
        "aria-pressed": String(item.vote === value),
        onclick: () => vote(value),
      },
      icon(value),
      h("span", {}, label),
    );
  const buttons = { up: make("up", t.helpful), down: make("down", t.wrong) };
  const vote = async (value: "up" | "down", reason?: string) => {
    try {
      const token = await context.conversation.token();
      await context.client.feedback(token, item.turn.id, value, context.lang(), reason);
    } catch (error) {
      if (!(error instanceof Refused && error.isMissing))
        return say(error instanceof Refused ? error.message : t.unreachable);
      context.missing.add("feedback");
      votes.remove();
      return say(t.unavailable);
    }
    item.vote = value;
    for (const [name, one] of Object.entries(buttons))
      one.setAttribute("aria-pressed", String(name === value));
    const asked = votes.querySelector("form");
    asked?.remove();
    if (value === "down" && !reason && !asked) votes.append(reasonForm(t, (text) => vote("down", text)));
    else say(t.thanks);
  };
  votes.append(buttons.up, buttons.down);
  return votes;
}

function reasonForm(t: Texts, send: (reason: string) => Promise<void>): HTMLFormElement {
  const id = `f${uuid()}`;
  const reason = h("textarea", { id, rows: 2, maxlength: 500 });
  const onsubmit = (event: Event) => {
    event.preventDefault();
    void send(reason.value.trim() || "-");
  };
  const label = h("label", { for: id }, t.whyWrong);
  return h(
    "form",
    { class: "reason", onsubmit },
    label,
    reason,
    h("button", { type: "submit" }, t.sendReason),
  );
}

async function copy(text: string, done: string, say: (text: string) => void, t: Texts): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    say(done);
  } catch {
    say(t.notCopied);
  }
}

async function share(address: string, item: Answer, say: (text: string) => void, t: Texts): Promise<void> {
  if (navigator.share && matchMedia("(pointer: coarse)").matches) {
    await navigator.share({ title: item.turn.question, url: address }).catch(() => {});
  } else await copy(address, t.shared, say, t);
}

/** Print the answer alone, out of a frame of its own: the page around it stays as it is. */
function printAnswer(pressed: HTMLElement, { turn }: Answer): void {
  const article = pressed.closest("article");
  const frame = h("iframe", { class: "sr", "aria-hidden": "true", tabindex: -1 });
  pressed.getRootNode().appendChild(frame);
  const { contentDocument: paper, contentWindow: printer } = frame;
  if (!article || !paper || !printer) return frame.remove();
  const sheet = new (printer as Window & typeof globalThis).CSSStyleSheet();
  sheet.replaceSync(themeRules(null) + style);
  paper.adoptedStyleSheets = [sheet];
  paper.documentElement.lang = turn.lang;
  paper.title = turn.question;
  const copied = paper.importNode(article, true);
  for (const one of copied.querySelectorAll("form, .actions, .suggestions, .marks, .eyebrow")) one.remove();
  paper.body.append(h("div", { class: "root" }, h("h1", {}, turn.question), copied));
  printer.addEventListener("afterprint", () => frame.remove());
  printer.print();
}
