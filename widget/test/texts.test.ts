import { expect, test } from "vitest";
import { fill, TEXTS } from "../src/texts";

test("both languages have the same texts with the same values to fill in", () => {
  const names = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();
  expect(Object.keys(TEXTS.en)).toEqual(Object.keys(TEXTS.vi));
  for (const key of Object.keys(TEXTS.vi) as (keyof typeof TEXTS.vi)[]) {
    expect(names(TEXTS.en[key]), key).toEqual(names(TEXTS.vi[key]));
    expect(TEXTS.en[key].trim(), key).not.toBe("");
  }
});

test("values are filled in, and what has none stays to be seen", () => {
  expect(fill("Bước {step} trên {of}", { step: 2, of: 5 })).toBe("Bước 2 trên 5");
  expect(fill("{missing}", {})).toBe("{missing}");
});
