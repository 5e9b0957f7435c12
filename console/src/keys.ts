/**
 * Keys without Ctrl or Alt, for hands that stay on the keyboard.
 *
 * They hold their peace while somebody writes and while a dialog is open, and can be switched off
 * (WCAG 2.2, 2.1.4 Character Key Shortcuts).
 */
import { preference } from "@heza/widget/storage";

export interface Shortcut {
  key: string;
  /** In the language of now. */
  says: () => string;
  act: () => void;
}

const FIELDS = "input:not([type=checkbox], [type=radio], [type=button]), textarea, select, [contenteditable]";

export class Keys {
  /** Those of the frame first, then those of the page. */
  readonly #all: Shortcut[] = [];

  constructor(target: EventTarget = document) {
    target.addEventListener("keydown", (event) => this.#pressed(event as KeyboardEvent));
  }

  get enabled(): boolean {
    return preference.get<boolean>("staff.keys") !== false;
  }

  set enabled(yes: boolean) {
    preference.set("staff.keys", yes);
  }

  /** What can be pressed now, for the help. */
  list(): readonly Shortcut[] {
    return this.#all;
  }

  /** Add a key, until the signal ends it. A later one of the same name wins. */
  add(shortcut: Shortcut, signal?: AbortSignal): void {
    this.#all.push(shortcut);
    signal?.addEventListener("abort", () => this.#all.splice(this.#all.indexOf(shortcut), 1));
  }

  #pressed(event: KeyboardEvent): void {
    if (!this.enabled || event.defaultPrevented || event.isComposing) return;
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    const target = event.target as Element | null;
    if (target?.closest?.(FIELDS) || document.querySelector("dialog[open]")) return;
    const found = this.#all.findLast(({ key }) => key === event.key.toLowerCase());
    if (!found) return;
    event.preventDefault();
    found.act();
  }
}
