/** Places inside the data of an entry, so that a field of the form knows what it reads and writes. */
import type { Data, Json, Path } from "./data";

export class Draft {
  constructor(
    readonly data: Data,
    /** Called after every change. */
    readonly changed: () => void = () => undefined,
  ) {}

  slot(...path: Path): Slot {
    return new Slot(this, path);
  }
}

/** One place. What is empty is left out of the data, and so is what it leaves empty around it. */
export class Slot {
  constructor(
    private readonly draft: Draft,
    readonly path: Path,
  ) {}

  at(key: string | number): Slot {
    return new Slot(this.draft, [...this.path, key]);
  }

  get(): Json | undefined {
    return this.path.reduce<Json | undefined>(
      (found, key) => (found as Record<string | number, Json> | undefined)?.[key],
      this.draft.data,
    );
  }

  text(): string {
    const value = this.get();
    return typeof value === "string" || typeof value === "number" ? String(value) : "";
  }

  list(): Json[] {
    const value = this.get();
    return Array.isArray(value) ? value : [];
  }

  keys(): string[] {
    const value = this.get();
    return value && typeof value === "object" && !Array.isArray(value) ? Object.keys(value) : [];
  }

  /** Write; `undefined` removes. */
  set(value: Json | undefined): void {
    write(this.draft.data, this.path, value);
    this.draft.changed();
  }
}

type Holder = Record<string | number, Json>;

function write(holder: Json, [key, ...rest]: Path, value: Json | undefined): void {
  const here = holder as Holder;
  if (key === undefined) return;
  if (rest.length) {
    if (here[key] === undefined && value === undefined) return;
    here[key] ??= typeof rest[0] === "number" ? [] : {};
    write(here[key], rest, value);
    if (!Array.isArray(holder) && isHollow(here[key])) delete here[key];
  } else if (value !== undefined) here[key] = value;
  else if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else delete here[key];
}

function isHollow(value: Json): boolean {
  return value !== null && typeof value === "object" && !Array.isArray(value) && !Object.keys(value).length;
}
