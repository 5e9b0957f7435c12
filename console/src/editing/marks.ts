/** What is wrong, said at the field where it is wrong, while one types. */
import { lang } from "../language";
import type { Path, Problem } from "./data";

interface Mark {
  complaint: HTMLElement;
  input: HTMLElement | null;
}

export class Marks {
  readonly #marks = new Map<string, Mark>();

  /** Say what concerns `path` in `complaint`. */
  add(path: Path, complaint: HTMLElement, input: HTMLElement | null = null): void {
    this.#marks.set(keyOf(path), { complaint, input });
  }

  /** Show these problems and no others; what has no field of its own is said at the nearest one around it. */
  show(problems: Problem[]): void {
    for (const { complaint, input } of this.#marks.values()) {
      complaint.textContent = "";
      input?.removeAttribute("aria-invalid");
    }
    for (const problem of problems) {
      const mark = this.#nearest(problem.path);
      if (!mark) continue;
      mark.complaint.textContent = [mark.complaint.textContent, problem[lang()]].filter(Boolean).join(" ");
      mark.input?.setAttribute("aria-invalid", "true");
    }
  }

  /** Go to the field of a problem, opening what it is folded into. */
  reveal(problem: Problem): void {
    const mark = this.#nearest(problem.path);
    if (!mark) return;
    const target = mark.input ?? mark.complaint;
    for (let at: Element | null = target; at; at = at.parentElement)
      if (at instanceof HTMLDetailsElement) at.open = true;
    target.scrollIntoView({ block: "center" });
    mark.input?.focus();
  }

  #nearest(path: Path): Mark | null {
    for (let length = path.length; length >= 0; length -= 1) {
      const mark = this.#marks.get(keyOf(path.slice(0, length)));
      if (mark?.complaint.isConnected) return mark;
    }
    return null;
  }
}

function keyOf(path: Path): string {
  return JSON.stringify(path);
}
