/**
 * The plain chat page: asks the portal (contract v1) and shows its turns.
 *
 * Every word of an answer is plain text and goes into the page by textContent only;
 * nothing is parsed as markup.
 */

const TEXTS = {
  vi: {
    pageTitle: "Trợ lý ảo – Ban Quản lý Khu kinh tế Hải Phòng",
    authority: "Ban Quản lý Khu kinh tế Hải Phòng",
    title: "Trợ lý ảo",
    skip: "Đến ô nhập câu hỏi",
    languages: "Ngôn ngữ",
    about: "Giới thiệu",
    welcome: "Xin hỏi về ưu đãi đầu tư, thủ tục, phối hợp hải quan, khu kinh tế và khu công nghiệp tại Hải Phòng. Mỗi câu trả lời có nguồn và ngày ghi nhận.",
    privacy: "Xin không gửi giấy tờ cá nhân trong khung trò chuyện này.",
    log: "Cuộc trò chuyện",
    question: "Câu hỏi của quý vị",
    hint: "Enter để gửi, Shift + Enter để xuống dòng.",
    send: "Gửi",
    options: "Thời điểm áp dụng (không bắt buộc)",
    asOf: "Tra cứu quy định tại ngày",
    asOfHint: "Chỉ cho câu hỏi này. Để trống: hôm nay.",
    licensedOn: "Dự án được cấp phép",
    licensedOnHint: "Ví dụ 2024, 05/2024 hoặc 15/05/2024. Áp dụng cho cả cuộc trò chuyện.",
    waiting: "Đang tìm câu trả lời…",
    retry: "Thử lại",
    unreachable: "Không kết nối được với máy chủ. Xin kiểm tra mạng rồi thử lại.",
    unreadable: "Không hiển thị được câu trả lời. Xin thử lại.",
    sessionRenewed: "Phiên trước đã kết thúc. Xin nhập lại câu hỏi.",
    empty: "Xin nhập câu hỏi.",
    tooLong: (bytes) => `Câu hỏi dài ${bytes} byte, quá giới hạn ${MAX_BYTES} byte. Xin viết ngắn hơn.`,
    badDay: "Ngày tra cứu không hợp lệ.",
    badLicence: "Xin ghi thời điểm cấp phép theo năm, tháng/năm hoặc ngày/tháng/năm.",
    you: "Quý vị",
    assistant: "Trợ lý",
    newTab: "(mở trong thẻ mới)",
    table: "Bảng, có thể cuộn ngang",
    info: "Thông tin: ",
    warning: "Lưu ý: ",
    confirmAt: (place) => `Xin kiểm tra lại tại: ${place}`,
    sources: "Nguồn",
    since: (from) => `hiệu lực từ ${from}`,
    until: (to) => `hiệu lực đến ${to}`,
    span: (from, to) => `hiệu lực từ ${from} đến ${to}`,
    expired: "hết hiệu lực",
    recorded: (day) => `ghi nhận ${day}`,
    unverified: "chưa được Ban Quản lý xác nhận",
    verified: (day) => `Ban Quản lý xác nhận ngày ${day}`,
    readOn: (day) => `Theo quy định tại ngày ${day}.`,
    licensed: (day) => `Dự án được cấp phép: ${day}.`,
    suggestions: "Gợi ý câu hỏi tiếp theo",
    chosen: "đã chọn",
    lookup: "Tra cứu hồ sơ",
    code: "Mã hồ sơ",
    factor: "Bốn số cuối của số điện thoại đã đăng ký, hoặc mã bí mật trên giấy biên nhận",
    lookUp: "Tra cứu",
    bothNeeded: "Xin nhập cả hai ô.",
  },
  en: {
    pageTitle: "Virtual assistant – Hai Phong Economic Zone Authority",
    authority: "Hai Phong Economic Zone Authority",
    title: "Virtual assistant",
    skip: "Skip to the question box",
    languages: "Language",
    about: "About",
    welcome: "Ask about investment incentives, procedures, customs coordination, economic zones and industrial parks in Hai Phong. Every answer names its source and the date it was recorded.",
    privacy: "Please do not send identity papers in this chat.",
    log: "Conversation",
    question: "Your question",
    hint: "Enter sends, Shift + Enter starts a new line.",
    send: "Send",
    options: "Dates that apply (optional)",
    asOf: "Read the law as of",
    asOfHint: "For this question only. Empty: today.",
    licensedOn: "Project licensed on",
    licensedOnHint: "For example 2024, 05/2024 or 15/05/2024 (day first). Holds for the whole conversation.",
    waiting: "Looking for the answer…",
    retry: "Try again",
    unreachable: "The server cannot be reached. Please check your connection and try again.",
    unreadable: "The answer cannot be shown. Please try again.",
    sessionRenewed: "The earlier session has ended. Please type your question again.",
    empty: "Please enter a question.",
    tooLong: (bytes) => `The question has ${bytes} bytes; the limit is ${MAX_BYTES}. Please shorten it.`,
    badDay: "The day of the law is not a valid date.",
    badLicence: "Please write the licence date as year, month/year or day/month/year.",
    you: "You",
    assistant: "Assistant",
    newTab: "(opens in a new tab)",
    table: "Table, scrolls sideways",
    info: "Note: ",
    warning: "Caution: ",
    confirmAt: (place) => `Please confirm with: ${place}`,
    sources: "Sources",
    since: (from) => `in force since ${from}`,
    until: (to) => `in force until ${to}`,
    span: (from, to) => `in force from ${from} until ${to}`,
    expired: "no longer in force",
    recorded: (day) => `recorded ${day}`,
    unverified: "not yet confirmed by the Authority",
    verified: (day) => `confirmed by the Authority on ${day}`,
    readOn: (day) => `Law as of ${day}.`,
    licensed: (day) => `Project licensed: ${day}.`,
    suggestions: "Suggested next questions",
    chosen: "chosen",
    lookup: "Dossier look-up",
    code: "Dossier code",
    factor: "Last four digits of the registered telephone, or the secret on the receipt",
    lookUp: "Look up",
    bothNeeded: "Please fill in both fields.",
  },
};

const MAX_BYTES = 4000; // of UTF-8, as the portal counts
const TIME_LIMIT = 20_000; // milliseconds
const MESSAGES = "/v1/messages?wait=true";
const LOOKUP = "/v1/dossiers/lookup";

/* ---- Talking to the portal ------------------------------------------------------- */

/** No answer arrived, or none that could be read. */
class Unreachable extends Error {}

/** The portal answered with a problem; `message` is its text for the visitor. */
class Refused extends Error {
  constructor(status, problem) {
    super(problem?.detail ?? problem?.title ?? `HTTP ${status}`);
    this.status = status;
  }

  /** 401: the token ended; 403: its session was erased. A new session helps in both cases. */
  get wantsNewSession() {
    return this.status === 401 || this.status === 403;
  }
}

/** The session was renewed, and what was sent belonged to the one before. */
class SessionRenewed extends Error {}

async function post(path, body, token) {
  const headers = { "Content-Type": "application/json", "Accept-Language": language };
  if (token) headers.Authorization = `Bearer ${token}`;
  const init = { method: "POST", headers, body: JSON.stringify(body), credentials: "omit", cache: "no-store" };
  let response, reply;
  try {
    response = await fetch(path, { ...init, signal: AbortSignal.timeout(TIME_LIMIT) });
    reply = await response.json();
  } catch {
    throw new Unreachable();
  }
  if (!response.ok) throw new Refused(response.status, reply);
  return reply;
}

async function openSession() {
  const { token } = await post("/v1/session", { lang: language, page: location.origin + location.pathname });
  keep("token", token);
  return token;
}

/** Post with the session's token; renew the session once if the portal no longer knows it. */
async function deliver(path, body) {
  const token = kept("token");
  if (!token) return post(path, body, await openSession());
  try {
    return await post(path, body, token);
  } catch (error) {
    if (!error.wantsNewSession) throw error;
    const renewed = await openSession();
    disableSuggestions();
    if (body.choice) throw new SessionRenewed();
    return post(path, body, renewed);
  }
}

/** Deliver, and once more after a network failure: the same client_id makes the same turn of both. */
async function insist(path, body) {
  try {
    return await deliver(path, body);
  } catch (error) {
    if (!(error instanceof Unreachable) || !body.client_id) throw error;
    return deliver(path, body);
  }
}

/* Where the browser forbids storage, the page itself remembers until it is closed. */
const memory = new Map();

function kept(name) {
  try {
    return sessionStorage.getItem(`heza.${name}`);
  } catch {
    return memory.get(name) ?? null;
  }
}

function keep(name, value) {
  memory.set(name, value);
  try {
    sessionStorage.setItem(`heza.${name}`, value);
  } catch {
    // `memory` has it
  }
}

/** A random UUID, also on plain http where `randomUUID` is missing. */
function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/* ---- Dates ----------------------------------------------------------------------- */

/** `2025-10-01` as `01/10/2025` or `1 October 2025`; what is unknown of a date stays out. */
function readable(date, lang) {
  const [year, month, day] = date.split("-");
  if (lang === "vi" || !month) return [day, month, year].filter(Boolean).join("/");
  const name = new Date(Date.UTC(2000, month - 1)).toLocaleString("en-GB", { month: "long", timeZone: "UTC" });
  return [day && Number(day), name, year].filter(Boolean).join(" ");
}

/** `15/05/2024`, `5/2024`, `2024` or ISO as the contract wants it; null if there is no such date. */
function partialDate(written) {
  const parts = written.trim().split(/[/.-]/);
  if (parts.at(-1).length === 4) parts.reverse();
  const iso = parts.map((part) => part.padStart(2, "0")).join("-");
  const day = /^\d{4}(-\d{2}){0,2}$/.test(iso) ? new Date(iso) : new Date(NaN);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(iso) ? iso : null;
}

/* ---- Showing a turn --------------------------------------------------------------- */

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children.filter((child) => child !== null && child !== ""));
  return made;
}

function list(tag, items, render) {
  return element(tag, {}, ...items.map((item) => element("li", {}, ...[render(item)].flat())));
}

const BLOCKS = {
  para: (block) => element("p", {}, block.text),
  list: (block) => list(block.ordered ? "ol" : "ul", block.items, (item) => item),
  steps: (block) => list("ol", block.items, step),
  table,
  facts: (block) => element("dl", { class: "facts" }, ...block.items.map(fact)),
  link: (block, t) => element("p", {}, link(block.text, block.url, t)),
  notice,
  form: (block, t) => (block.form === "dossier_lookup" ? lookupForm(t) : null),
};

/** A type that this page does not know shows nothing but its text. */
function unknown(block) {
  return typeof block.text === "string" ? element("p", {}, block.text) : null;
}

function step({ title, text, duration }) {
  const lines = [element("strong", {}, title)];
  if (duration) lines.push(element("span", { class: "duration" }, ` (${duration})`));
  if (text) lines.push(element("p", {}, text));
  return lines;
}

function fact({ label, value }) {
  return element("div", {}, element("dt", {}, label), element("dd", {}, value));
}

function table(block, t) {
  const head = element("tr", {}, ...block.columns.map((column) => element("th", { scope: "col" }, column)));
  const rows = block.rows.map((row) => element("tr", {}, ...row.map((cell) => element("td", {}, cell))));
  const whole = element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows));
  // A wide table scrolls by itself, so the keyboard must be able to reach it.
  return element("div", { class: "scroller", role: "group", tabindex: "0", "aria-label": t.table }, whole);
}

function notice(block, t) {
  const level = block.level === "warning" ? "warning" : "info";
  return element("p", { class: `notice ${level}` }, element("strong", {}, t[level]), block.text);
}

function link(text, url, t) {
  if (!/^https?:\/\//i.test(url)) return text;
  const hint = element("span", { class: "hidden" }, ` ${t.newTab}`);
  return element("a", { href: url, target: "_blank", rel: "noopener" }, text, hint);
}

function citation(source, t, lang) {
  const named = source.url ? link(source.document, source.url, t) : source.document;
  const title = source.title === source.document ? "" : ` – ${source.title}`;
  const article = source.article ? `, ${source.article}` : "";
  return [named, title, article, element("p", { class: "muted" }, ...standing(source, t, lang))];
}

/** When a source holds, when it was recorded and whether an officer confirmed it. */
function standing(source, t, lang) {
  const expired = source.status === "expired" && element("span", { class: "expired" }, t.expired);
  const recorded = t.recorded(readable(source.collected_on, lang));
  const said = [validity(source, t, lang), expired, recorded, confirmation(source, t, lang)].filter(Boolean);
  return said.flatMap((part, place) => (place ? [" · ", part] : [part]));
}

function validity({ effective_from: from, effective_to: to }, t, lang) {
  if (from && to) return t.span(readable(from, lang), readable(to, lang));
  if (to) return t.until(readable(to, lang));
  return from ? t.since(readable(from, lang)) : "";
}

function confirmation({ verified_on: day }, t, lang) {
  return day ? t.verified(readable(day, lang)) : t.unverified;
}

function sources(turn, t) {
  if (!turn.citations?.length) return null;
  const items = list("ol", turn.citations, (source) => citation(source, t, turn.lang));
  return element("section", { class: "sources" }, element("h3", {}, t.sources), items, dates(turn, t));
}

function dates(turn, t) {
  const said = [
    turn.as_of && t.readOn(readable(turn.as_of, turn.lang)),
    turn.licensed_on && t.licensed(readable(turn.licensed_on, turn.lang)),
  ];
  return element("p", { class: "muted" }, said.filter(Boolean).join(" "));
}

function caveat({ text, confirm_at: place }, t) {
  return element("div", { class: "caveat" }, element("p", {}, text), place ? element("p", {}, t.confirmAt(place)) : null);
}

function suggestions(turn, t) {
  if (!turn.suggestions?.length) return null;
  const buttons = turn.suggestions.map((suggestion) => {
    const button = element("button", { type: "button" }, suggestion.text);
    button.addEventListener("click", () => choose(button, suggestion, t));
    return button;
  });
  return element("div", { class: "suggestions", role: "group", "aria-label": t.suggestions }, ...buttons);
}

/** Only the latest turn can be answered by a button. */
function disableSuggestions() {
  for (const button of log.querySelectorAll(".suggestions button")) button.disabled = true;
}

function blocks(turn, t) {
  const known = turn.blocks?.length ? turn.blocks : [{ type: "para", text: turn.text }];
  const shown = known.map((block) => (BLOCKS[block.type] ?? unknown)(block, t)).filter(Boolean);
  if (shown[0]?.matches("p:not(.notice)")) shown[0].classList.add("lead");
  return shown;
}

function showTurn(turn) {
  const t = TEXTS[turn.lang] ?? TEXTS[language];
  disableSuggestions();
  const parts = [
    ...blocks(turn, t),
    ...(turn.caveats ?? []).map((doubt) => caveat(doubt, t)),
    sources(turn, t),
    suggestions(turn, t),
  ];
  const attributes = { class: "turn", lang: turn.lang, "data-outcome": turn.outcome };
  log.append(element("article", attributes, element("h2", {}, t.assistant), ...parts));
}

function showQuestion(text) {
  const heading = element("h2", {}, TEXTS[language].you);
  const asked = element("article", { class: "turn asked", lang: language, tabindex: "-1" }, heading, element("p", {}, text));
  log.append(asked);
  asked.scrollIntoView();
  return asked;
}

/* ---- The conversation ------------------------------------------------------------- */

const byId = (id) => document.getElementById(id);
const log = byId("log");
const question = byId("question");
const asOf = byId("as-of");
const licensedOn = byId("licensed-on");
let language = TEXTS[kept("lang")] ? kept("lang") : "vi";
let busy = false;

/** Send one message and show its turn, or what went wrong; tell whether a turn came. */
async function attempt(path, body, asked) {
  setBusy(true);
  byId("failure").replaceChildren();
  try {
    const turn = await insist(path, body);
    asked.lang = turn.lang;
    showTurn(turn);
    asked.scrollIntoView();
    return true;
  } catch (error) {
    showFailure(error, () => attempt(path, body, asked), asked);
    // What the portal found wrong with the question can be mended only where it was written.
    if (error.status === 400 && body.text) question.value ||= body.text;
    return false;
  } finally {
    setBusy(false);
  }
}

function setBusy(now) {
  busy = now;
  byId("status").textContent = now ? TEXTS[language].waiting : "";
  // Not `disabled`: that would take the focus away from who has just pressed the button.
  for (const button of document.querySelectorAll("button[type=submit]")) button.setAttribute("aria-disabled", now);
}

function showFailure(error, again, asked) {
  const t = TEXTS[language];
  const retry = element("button", { type: "button" }, t.retry);
  retry.addEventListener("click", () => {
    if (busy) return;
    asked.focus({ preventScroll: true }); // the button goes away, the focus must not
    again();
  });
  const lost = error instanceof SessionRenewed;
  byId("failure").replaceChildren(element("p", {}, explain(error, t)), ...(lost ? [] : [retry]));
  byId("failure").scrollIntoView({ block: "nearest" });
}

function explain(error, t) {
  if (error instanceof Refused) return error.message;
  if (error instanceof SessionRenewed) return t.sessionRenewed;
  if (error instanceof Unreachable) return t.unreachable;
  console.error(error);
  return t.unreadable;
}

async function ask(event) {
  event.preventDefault();
  if (busy) return;
  const body = message();
  if (!body) return;
  question.value = "";
  if (await attempt(MESSAGES, body, showQuestion(body.text))) {
    // The turn says which dates it used; as_of lasts one message, licensed_on is now the portal's to remember.
    asOf.value = licensedOn.value = "";
  }
}

/** The message as written, or null and a complaint beside the field that is wrong. */
function message() {
  const t = TEXTS[language];
  const text = question.value.trim();
  const licensed = licensedOn.value.trim() ? partialDate(licensedOn.value) : "";
  complain();
  if (!text) return complain(question, t.empty);
  if (byteLength(text) > MAX_BYTES) return complain(question, t.tooLong(byteLength(text)));
  if (asOf.validity.badInput) return complain(asOf, t.badDay);
  if (licensed === null) return complain(licensedOn, t.badLicence);
  const optional = { lang: kept("lang"), as_of: asOf.value, licensed_on: licensed };
  const given = Object.entries(optional).filter(([, value]) => value);
  return { text, client_id: uuid(), ...Object.fromEntries(given) };
}

function byteLength(text) {
  return new TextEncoder().encode(text).length;
}

/** Say what is wrong with a field and go there; without arguments, take it all back. */
function complain(field = null, text = "") {
  for (const one of [question, asOf, licensedOn]) one.removeAttribute("aria-invalid");
  byId("complaint").textContent = text;
  if (field) {
    if (field !== question) byId("options").open = true;
    field.setAttribute("aria-invalid", "true");
    field.focus();
  }
  return null;
}

/** Say at once when a question grows too long, without moving the focus. */
function measure() {
  const bytes = byteLength(question.value.trim());
  const tooLong = bytes > MAX_BYTES;
  question.toggleAttribute("aria-invalid", false);
  if (tooLong) question.setAttribute("aria-invalid", "true");
  byId("complaint").textContent = tooLong ? TEXTS[language].tooLong(bytes) : "";
}

async function choose(button, suggestion, t) {
  if (busy) return;
  const asked = showQuestion(suggestion.text);
  asked.focus({ preventScroll: true }); // the button is about to be disabled
  if (await attempt(MESSAGES, { choice: suggestion.id, client_id: uuid() }, asked)) {
    button.append(element("span", {}, ` (${t.chosen})`));
  }
}

/** Code and factor go straight to the dossier desk: never into the log of the conversation. */
function lookupForm(t) {
  const [code, factor] = [input("text"), input("password")];
  const complaint = element("p", { class: "complaint", role: "alert" });
  const send = element("button", { type: "submit", class: "primary" }, t.lookUp);
  const fields = [labelled(t.code, code), code, labelled(t.factor, factor), factor];
  const form = element("form", { class: "lookup", novalidate: "" }, ...fields, complaint, send);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) return;
    complaint.textContent = code.value.trim() && factor.value.trim() ? "" : t.bothNeeded;
    if (complaint.textContent) return;
    const asked = showQuestion(t.lookup);
    await attempt(LOOKUP, { code: code.value.trim(), factor: factor.value.trim() }, asked);
    factor.value = "";
  });
  return form;
}

function input(type) {
  return element("input", { type, id: `field-${uuid()}`, autocomplete: "off", maxlength: "64" });
}

function labelled(text, field) {
  return element("label", { for: field.id }, text);
}

/* ---- The page --------------------------------------------------------------------- */

function speak(lang) {
  const t = TEXTS[lang];
  language = lang;
  document.documentElement.lang = lang;
  document.title = t.pageTitle;
  for (const one of document.querySelectorAll("[data-text]")) one.textContent = t[one.dataset.text];
  for (const one of document.querySelectorAll("[data-label]")) one.setAttribute("aria-label", t[one.dataset.label]);
  for (const one of document.querySelectorAll("[data-lang]")) one.setAttribute("aria-pressed", one.dataset.lang === lang);
}

/** Only a switch made by hand is sent with the messages; until then the portal listens to the words. */
function switchLanguage(lang) {
  keep("lang", lang);
  speak(lang);
}

/** Enter sends, but not the Enter that ends a word of a Vietnamese input method. */
function sendOnEnter(event) {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  byId("composer").requestSubmit();
}

speak(language);
byId("composer").addEventListener("submit", ask);
question.addEventListener("keydown", sendOnEnter);
question.addEventListener("input", measure);
for (const one of document.querySelectorAll("[data-lang]")) {
  one.addEventListener("click", () => switchLanguage(one.dataset.lang));
}
