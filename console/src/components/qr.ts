/** A QR code as a drawing: black on white in any look, so that every camera reads it. */
import { encode } from "uqr";

const SVG = "http://www.w3.org/2000/svg";
/** Modules of white around it (ISO/IEC 18004, quiet zone). */
const QUIET = 4;

/** @param label what it is, for screen readers */
export function qr(text: string, label: string): SVGElement {
  const { data, size } = encode(text, { ecc: "M", border: QUIET });
  const path = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ""))).join("");
  const drawing = document.createElementNS(SVG, "svg");
  const ground = document.createElementNS(SVG, "rect");
  const dark = document.createElementNS(SVG, "path");
  drawing.setAttribute("viewBox", `0 0 ${size} ${size}`);
  drawing.setAttribute("class", "qr");
  drawing.setAttribute("role", "img");
  drawing.setAttribute("aria-label", label);
  ground.setAttribute("width", String(size));
  ground.setAttribute("height", String(size));
  ground.setAttribute("fill", "#fff");
  dark.setAttribute("d", path);
  dark.setAttribute("fill", "#000");
  drawing.append(ground, dark);
  return drawing;
}
