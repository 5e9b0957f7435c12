/** The keys that work now, and the switch that turns them off. */
import { h } from "@heza/widget/dom";
import { openDialog } from "./components/dialog";
import { checkbox } from "./components/form";
import type { Keys } from "./keys";
import { common } from "./language";

const NAMES: Record<string, string> = { escape: "Esc", enter: "Enter", arrowup: "↑", arrowdown: "↓" };

/** Show them. */
export function showHelp(keys: Keys): void {
  const t = common();
  const rows = keys
    .list()
    .map(({ key, says }) =>
      h("div", {}, h("dt", {}, h("kbd", {}, NAMES[key] ?? key.toUpperCase())), h("dd", {}, says())),
    );
  const enabled = checkbox(t.keysEnabled, keys.enabled);
  enabled.input.addEventListener("change", () => {
    keys.enabled = enabled.input.checked;
  });
  openDialog(
    t.keys,
    h("p", { class: "muted" }, t.keysHint),
    h("dl", { class: "keys" }, ...rows),
    enabled.row,
  );
}
