/** Colours as tokens, so that a test can measure every pair, and what the visitor changes of the look. */

export interface Palette {
  ink: string;
  muted: string;
  paper: string;
  ground: string;
  sunken: string;
  hairline: string;
  line: string;
  brand: string;
  onBrand: string;
  deep: string;
  onDeep: string;
  softOnDeep: string;
  gilt: string;
  warn: string;
  warnGround: string;
  bad: string;
  badGround: string;
  good: string;
  focus: string;
}

export const LIGHT: Palette = {
  ink: "#17242b",
  muted: "#50606a",
  paper: "#ffffff",
  ground: "#f3f5f4",
  sunken: "#e9efee",
  hairline: "#d5dddc",
  line: "#73848a",
  brand: "#0b5563",
  onBrand: "#ffffff",
  deep: "#0c3f4c",
  onDeep: "#ffffff",
  softOnDeep: "#c5dce0",
  gilt: "#c79a3b",
  warn: "#754600",
  warnGround: "#fdf3dc",
  bad: "#9a1f1f",
  badGround: "#fceaea",
  good: "#1d6240",
  focus: "#b4530a",
};

export const DARK: Palette = {
  ink: "#e7eeef",
  muted: "#a9b8bc",
  paper: "#16242a",
  ground: "#0f1a1f",
  sunken: "#1f3138",
  hairline: "#31454d",
  line: "#7d9299",
  brand: "#84cbd6",
  onBrand: "#06262d",
  deep: "#0b2f39",
  onDeep: "#ffffff",
  softOnDeep: "#b9d3d8",
  gilt: "#d3ab55",
  warn: "#f3cd86",
  warnGround: "#382c12",
  bad: "#ffb4ab",
  badGround: "#43201e",
  good: "#8fd4ae",
  focus: "#ffb86b",
};

/** Pairs of a foreground on a ground, with the contrast that WCAG 2.2 asks for (1.4.3, 1.4.11). */
export const PAIRS: [keyof Palette, keyof Palette, number][] = [
  ["ink", "paper", 4.5],
  ["ink", "ground", 4.5],
  ["ink", "sunken", 4.5],
  ["muted", "paper", 4.5],
  ["muted", "ground", 4.5],
  ["muted", "sunken", 4.5],
  ["brand", "paper", 4.5],
  ["brand", "ground", 4.5],
  ["brand", "sunken", 4.5],
  ["onBrand", "brand", 4.5],
  ["onDeep", "deep", 4.5],
  ["softOnDeep", "deep", 4.5],
  ["warn", "warnGround", 4.5],
  ["warn", "paper", 4.5],
  ["bad", "badGround", 4.5],
  ["bad", "paper", 4.5],
  ["good", "paper", 4.5],
  ["line", "paper", 3],
  ["line", "ground", 3],
  ["focus", "paper", 3],
  ["focus", "ground", 3],
  ["gilt", "deep", 3],
];

/** The contrast ratio of two colours `#rrggbb` (WCAG 2.2, "contrast ratio"). */
export function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((start) => {
    const part = Number.parseInt(colour.slice(start, start + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Return an accent of the host's choice, null if white text on it could not be read. */
export function usableAccent(colour: string | null): string | null {
  if (!colour || !/^#[0-9a-f]{6}$/i.test(colour)) return null;
  return contrast(colour, "#ffffff") >= 4.5 ? colour : null;
}

export const SIZES = [1, 1.2, 1.45];

/** The rules that depend on settings; the rest stands in `style.css`. */
export function themeRules(accent: string | null): string {
  const light = accent ? { ...LIGHT, brand: accent, deep: accent } : LIGHT;
  const dark = `{${variables(DARK)}color-scheme:dark}`;
  return (
    `.root{${variables(light)}}` +
    `:host([data-theme=dark]) .root${dark}` +
    `@media(prefers-color-scheme:dark){:host([data-theme=auto]) .root${dark}}`
  );
}

/** A palette as custom properties. */
export function variables(palette: Palette): string {
  return Object.entries(palette)
    .map(([name, value]) => `--${name}:${value};`)
    .join("");
}
