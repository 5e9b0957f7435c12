/** The drawings of the console: those of the widget, and more. */
import { draw, ICONS } from "@heza/widget/dom";

const MORE = {
  search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16.2 16.2L21 21",
  larger: "M4 19l5-13 5 13M5.8 14.5h6.4M15.5 19l2.8-8 2.7 8M16.3 16.5h4",
  globe:
    "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM3.5 9.5h17M3.5 14.5h17M12 3c-5 5.5-5 12.5 0 18M12 3c5 5.5 5 12.5 0 18",
  link: "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1",
  call: "M5 4h4l2 5-2.5 1.5a11 11 0 0 0 5 5L15 13l5 2v4a1 1 0 0 1-1 1A15 15 0 0 1 4 5a1 1 0 0 1 1-1z",
  folder: "M3 6h6l2 2.5h10V19H3zM3 11h18",
  people:
    "M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 19.5c.6-3.6 3.2-5.5 6.5-5.5s5.9 1.9 6.5 5.5M16 4.8a3.5 3.5 0 0 1 0 6.4M18 14.6c2 .8 3.2 2.5 3.5 4.9",
  log: "M6 3h9l4 4v14H6zM14.5 3v4.5H19M9 12h7M9 16h7",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5.5l3.5 2",
  chat: "M4 5h16v11H10l-4.5 4v-4H4z",
  ticket: "M4 6h16v4a2 2 0 0 0 0 4v4H4v-4a2 2 0 0 0 0-4zM14 6v12",
  question:
    "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM9.5 9.5a2.5 2.5 0 1 1 3.6 2.2c-.8.4-1.1.9-1.1 1.8M12 16.5v.5",
  edit: "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3",
  chart: "M4 4v16h16M8 16v-4M12.5 16V8M17 16v-6",
  recall: "M4 9h10a5.5 5.5 0 0 1 0 11H8M4 9l4-4M4 9l4 4",
  eye: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
} as const;

export type IconName = keyof typeof ICONS | keyof typeof MORE;

/** A drawing that says nothing to a screen reader. */
export function icon(name: IconName): SVGElement {
  return draw({ ...ICONS, ...MORE }[name]);
}
