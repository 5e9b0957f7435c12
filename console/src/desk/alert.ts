/** A visitor who waits is announced on every page, by sight and to screen readers, without a sound. */
import { fill } from "../language";
import { address } from "../router";
import { duty } from "./duty";
import { words } from "./words";

/** Have `show` told whenever the number of those who wait changes; only who is at the desk is told. */
export function watchDuty(show: (text: { says: string; leads: string; to: string } | null) => void): void {
  let shown = "";
  duty.watch(() => {
    const t = words();
    const count = duty.on ? duty.waiting.length : 0;
    const says = count ? fill(t.newWaiting, { n: count }) : "";
    if (says === shown) return; // a text that is put in again is read aloud again
    shown = says;
    show(says ? { says, leads: t.toDesk, to: address("desk") } : null);
  }, null);
}
