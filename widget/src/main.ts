/** The script that a page embeds. */
import { embed, HezaAssistant } from "./element";

const script = document.currentScript as HTMLScriptElement | null;
if (script?.src) HezaAssistant.scriptOrigin = new URL(script.src).origin;
if (!customElements.get("heza-assistant")) {
  customElements.define("heza-assistant", HezaAssistant);
  embed(script);
}
