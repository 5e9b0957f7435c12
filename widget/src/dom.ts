/** Making elements. Text goes in as text only: no markup is ever parsed, so Trusted Types have nothing to stop. */

export type Child = Node | string | null | undefined | false;
type Attribute = string | number | boolean | null | undefined | ((event: never) => void);

/**
 * Make an element.
 *
 * @param tag its name
 * @param attributes `true` sets an empty attribute, `false` and null none, a function listens (`onclick`)
 * @param children nodes and texts; what is empty stays out
 */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, Attribute> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name.slice(2), value as EventListener);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value != null) made.setAttribute(name, String(value));
  }
  made.append(...children.filter((child): child is Node | string => Boolean(child)));
  return made;
}

/** Text for screen readers only. */
export function hidden(text: string): HTMLElement {
  return h("span", { class: "sr" }, text);
}

const SVG = "http://www.w3.org/2000/svg";
export const ICONS = {
  close: "M6 6l12 12M18 6L6 18",
  menu: "M4 7h16M4 12h16M4 17h16",
  widen: "M9 4H4v5M15 20h5v-5M4 4l6 6M20 20l-6-6",
  send: "M4 12h15M13 6l6 6-6 6",
  phone: "M5 4h4l2 5-2.5 1.5a11 11 0 0 0 5 5L15 13l5 2v4a1 1 0 0 1-1 1A15 15 0 0 1 4 5a1 1 0 0 1 1-1z",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 20c1-4 4-6 8-6s7 2 8 6",
  copy: "M9 9h10v11H9zM5 15V4h10",
  print: "M7 9V4h10v5M7 17H4v-7h16v7h-3M7 14h10v6H7z",
  share: "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1",
  up: "M7 11v9H4v-9zM7 11l4-8a2 2 0 0 1 2 2v4h6l-1.5 11H7",
  down: "M7 13V4H4v9zM7 13l4 8a2 2 0 0 0 2-2v-4h6L17.5 4H7",
  newest: "M12 5v14M6 13l6 6 6-6",
  warning: "M12 4l9 16H3zM12 10v4M12 17v.5",
  info: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5M12 7.5v.5",
  mark: "M3 17q2.2-2.5 4.5 0t4.5 0 4.5 0 4.5 0M3 21q2.2-2.5 4.5 0t4.5 0 4.5 0 4.5 0M6 13V5l6-2 6 2v8M9 8h6M9 11h6",
} as const;

export type IconName = keyof typeof ICONS;

/** A drawing that says nothing to a screen reader. */
export const icon = (name: IconName): SVGElement => draw(ICONS[name]);

/** The same from a path on a field of 24 by 24. */
export function draw(path: string): SVGElement {
  const drawing = document.createElementNS(SVG, "svg");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("aria-hidden", "true");
  drawing.setAttribute("class", "icon");
  drawing.append(line);
  return drawing;
}

/** A link with an address that may be followed (https, http, tel, mailto), else its text alone. */
export function link(text: string, url: string, newTab: string): Node | string {
  if (/^(tel|mailto):/i.test(url)) return h("a", { href: url }, text);
  if (!/^https?:\/\//i.test(url)) return text;
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, text, hidden(` ${newTab}`));
}
