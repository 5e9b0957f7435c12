/** Both languages say the same things. */
import { expect, test } from "vitest";

const files = import.meta.glob<Record<string, unknown>>("../src/texts/**/*.json", {
  eager: true,
  import: "default",
});
const vietnamese = Object.keys(files).filter((path) => path.endsWith("/vi.json"));

test("there are catalogues", () => {
  expect(vietnamese.length).toBeGreaterThan(2);
  expect(Object.keys(files).length).toBe(2 * vietnamese.length);
});

test.each(vietnamese)("%s and its English have the same keys, and the same gaps to fill", (path) => {
  const vi = files[path] as Record<string, unknown>;
  const en = files[path.replace(/vi\.json$/, "en.json")] as Record<string, unknown>;
  const gaps = (words: Record<string, unknown>) =>
    Object.entries(words).map(([key, text]) => [
      key,
      JSON.stringify(text)
        .match(/\{\w+\}/g)
        ?.sort() ?? [],
    ]);
  expect(Object.fromEntries(gaps(en))).toEqual(Object.fromEntries(gaps(vi)));
});
