/** Announcements of the authority (holiday closing, outage), from their beginning to their end. */
import { renderNotice } from "./blocks";
import { moment } from "./dates";
import { h, hidden, icon } from "./dom";
import { fill, type Texts } from "./texts";
import type { Lang, PublicNotice } from "./types";

/** Tell whether a notice is to be shown at a moment. */
export function isCurrent(notice: PublicNotice, now: number): boolean {
  const from = notice.from ? Date.parse(notice.from) : Number.NEGATIVE_INFINITY;
  const to = notice.to ? Date.parse(notice.to) : Number.POSITIVE_INFINITY;
  return from <= now && now < to;
}

export function renderNotices(
  notices: PublicNotice[],
  hide: (id: string) => void,
  lang: Lang,
  t: Texts,
): HTMLElement[] {
  return notices.map((notice) => {
    const close = h(
      "button",
      { type: "button", class: "quiet", onclick: () => hide(notice.id) },
      icon("close"),
      hidden(t.hide),
    );
    const span = spanOf(notice, lang, t);
    const made = renderNotice(
      notice.level,
      notice.text[lang],
      t,
      ...(span ? [h("p", { class: "span" }, span)] : []),
    );
    made.append(close);
    return made;
  });
}

function spanOf({ from, to }: PublicNotice, lang: Lang, t: Texts): string {
  const values = { from: from ? moment(from, lang) : "", to: to ? moment(to, lang) : "" };
  if (from && to) return fill(t.noticeSpan, values);
  if (from) return fill(t.noticeFrom, values);
  return to ? fill(t.noticeTo, values) : "";
}
