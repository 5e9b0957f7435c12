/** What an officer says of an answer: wrong, unclear, or missing something. Any page may open it. */
import type { Api } from "../api";
import { catalogue } from "../language";
import en from "../texts/remark/en.json";
import vi from "../texts/remark/vi.json";
import type { Lang } from "../types";
import { openDialog } from "./dialog";
import { field, form } from "./form";

const words = catalogue({ vi, en });

/** The answer that is spoken of; without an entry something is missing altogether. */
export interface About {
  /** The question, or what was searched for. */
  question: string;
  lang: Lang;
  entry?: { id: string; version: number; name: string };
}

/** Open the form in a dialog. */
export function openRemark(api: Api, about: About, done: (text: string) => void): void {
  const t = words();
  const question = field(t.question, {
    value: about.question,
    required: true,
    rows: 2,
    hint: t.personal,
    more: { maxlength: 1000 },
  });
  const lang = field(t.lang, {
    value: about.lang,
    choices: [
      ["vi", "Tiếng Việt"],
      ["en", "English"],
    ],
  });
  const kind = field(t.kind, {
    value: about.entry ? "wrong" : "missing",
    choices: [
      ["wrong", t.wrong],
      ["missing", t.missing],
      ["unclear", t.unclear],
    ],
  });
  const remark = field(t.remark, { rows: 3, more: { maxlength: 1000 } });
  const made = form({
    name: t.title,
    fields: [question, lang, kind, remark],
    submit: t.send,
    send: async () => {
      await api.post("/remarks", {
        kind: kind.value(),
        lang: lang.value(),
        question: question.value(),
        remark: remark.value() || null,
        entry: about.entry?.id ?? null,
        version: about.entry?.version ?? null,
      });
      dialog.close();
      done(t.sent);
    },
  });
  const dialog = openDialog(about.entry ? `${t.title}: ${about.entry.name}` : t.title, made);
  question.input.focus();
}
