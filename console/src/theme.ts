/** The look: the widget's colours as custom properties, light or dark as the officer likes. */
import { preference } from "@heza/widget/storage";
import { DARK, LIGHT, variables } from "@heza/widget/theme";

export type Look = "auto" | "light" | "dark";
export const LOOKS: readonly Look[] = ["auto", "light", "dark"];

const DARK_RULES = `{${variables(DARK)}color-scheme:dark}`;
const RULES =
  `:root{${variables(LIGHT)}color-scheme:light}` +
  `:root[data-theme=dark]${DARK_RULES}` +
  `@media(prefers-color-scheme:dark){:root[data-theme=auto]${DARK_RULES}}`;

/** Put the colours into the page. A constructed style sheet is no inline style to the policy. */
export function applyTheme(): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(RULES);
  document.adoptedStyleSheets = [sheet];
  document.documentElement.dataset.theme = look();
}

export const look = (): Look => preference.get<Look>("staff.look") ?? "auto";

export function setLook(wanted: Look): void {
  preference.set("staff.look", wanted);
  document.documentElement.dataset.theme = wanted;
}
