/** The visitor's own settings and rights: language, size, look, what is kept, download, erasure. */
import { answerInWords } from "./answer";
import { Refused } from "./client";
import type { Context } from "./context";
import type { Item } from "./items";
import { h } from "./dom";
import { ticketForm } from "./forms";
import { remember, remembers } from "./storage";
import { TEXTS, type Texts } from "./texts";

export interface Look {
  size: number;
  theme: "auto" | "light" | "dark";
}

const THEMES = ["auto", "light", "dark"] as const;
const FORMATS = ["txt", "html", "json"] as const;

export function renderMenu(context: Context, look: Look, change: () => void): HTMLElement {
  const t = context.t();
  const said = h("p", { class: "said", role: "status" });
  const size = (place: number) => {
    look.size = place;
    change();
  };
  const theme = (place: number) => {
    look.theme = THEMES[place] ?? "auto";
    change();
  };
  const downloads = [t.asText, t.asHtml, t.asData].map((label, place) =>
    small(label, () => download(context, FORMATS[place] ?? "txt", said)),
  );
  return h(
    "div",
    { class: "menu", role: "region", "aria-label": t.menu },
    choices(t.textSize, [t.size1, t.size2, t.size3], look.size, size),
    choices(t.theme, [t.themeAuto, t.themeLight, t.themeDark], THEMES.indexOf(look.theme), theme),
    keeping(t),
    group(t.download, downloads),
    h("details", {}, h("summary", {}, t.ticketLookup), ticketForm(context, t)),
    erasure(context, t, said),
    said,
  );
}

/** Buttons of which one is pressed. */
function choices(
  label: string,
  names: string[],
  chosen: number,
  choose: (place: number) => void,
): HTMLElement {
  const press = (place: number) => {
    for (const [other, one] of buttons.entries()) one.setAttribute("aria-pressed", String(other === place));
  };
  const buttons = names.map((name, place) =>
    small(name, () => {
      press(place);
      choose(place);
    }),
  );
  press(chosen);
  return group(label, buttons);
}

function group(label: string, buttons: HTMLElement[]): HTMLElement {
  return h(
    "div",
    { role: "group", "aria-label": label },
    h("p", { class: "eyebrow" }, label),
    h("div", { class: "choices" }, ...buttons),
  );
}

function small(label: string, onclick: () => void, more = ""): HTMLButtonElement {
  return h("button", { type: "button", class: `small ${more}`, onclick }, label);
}

function keeping(t: Texts): HTMLElement {
  const box = h("input", {
    type: "checkbox",
    id: "remember",
    "aria-describedby": "remember-hint",
    onchange: () => remember(box.checked),
  });
  box.checked = remembers();
  return h(
    "div",
    {},
    h("div", { class: "check" }, box, h("label", { for: "remember" }, t.remember)),
    h("p", { class: "muted", id: "remember-hint" }, t.rememberHint),
  );
}

function erasure(context: Context, t: Texts, said: HTMLElement): HTMLElement {
  const holder = h("div", { class: "erase" });
  const back = () => {
    holder.replaceChildren(ask);
    ask.focus();
  };
  const erase = async () => {
    try {
      await context.conversation.erase();
      said.textContent = t.erased;
    } catch {
      said.textContent = t.eraseFailed;
    }
    back();
  };
  const ask = small(
    t.erase,
    () => {
      const no = small(t.cancel, back);
      const choice = h("div", { class: "choices" }, small(t.eraseYes, erase, "danger"), no);
      holder.replaceChildren(h("p", { role: "alert" }, t.eraseSure), choice);
      no.focus();
    },
    "danger",
  );
  holder.append(ask);
  return holder;
}

/** Save the visitor's own record: the portal's, or what stands here where the portal has none. */
async function download(context: Context, format: string, said: HTMLElement): Promise<void> {
  const t = context.t();
  said.textContent = "";
  let name = `heza.${format}`;
  let record: Blob;
  try {
    if (!context.conversation.hasSession) throw new Refused(404, "");
    record = await context.client.transcript(await context.conversation.token(), format, context.lang());
  } catch (error) {
    if (!(error instanceof Refused && error.isMissing)) {
      said.textContent = error instanceof Refused ? error.message : t.unreachable;
      return;
    }
    name = "heza.txt";
    record = new Blob([inWords(context.conversation.items, t)], { type: "text/plain" });
  }
  const address = URL.createObjectURL(record);
  h("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

function inWords(items: Item[], t: Texts): string {
  const words = items.map((item) => {
    if (item.kind === "turn") return answerInWords(item.turn, TEXTS[item.turn.lang], null);
    return item.kind === "agent" ? `${t.officer}: ${item.message.text}\n` : "";
  });
  return words.filter(Boolean).join("\n----\n\n");
}
