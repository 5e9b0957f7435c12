/** The script that a page embeds. */
import { HezaAssistant } from "./element";
import { NAMES } from "./options";

const script = document.currentScript as HTMLScriptElement | null;
if (script?.src) HezaAssistant.scriptOrigin = new URL(script.src).origin;
if (!customElements.get("heza-assistant")) {
  customElements.define("heza-assistant", HezaAssistant);
  embed(script);
}

/** Put the element into the page, with the options of the script tag. */
function embed(script: HTMLScriptElement | null): void {
  const put = () => {
    if (document.querySelector("heza-assistant")) return;
    const element = document.createElement("heza-assistant");
    for (const name of NAMES) {
      const value = script?.dataset[name];
      if (value) element.dataset[name] = value;
    }
    document.body.append(element);
  };
  if (document.body) put();
  else document.addEventListener("DOMContentLoaded", put);
}
