/** Registers the worker that keeps the page for the time without a server. */

const WORKER = "/staff/worker.js";

interface ScriptUrls {
  createScriptURL(url: string): string;
}
interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): ScriptUrls;
}

/** Register it; without it the console works as long as its tab is open. */
export async function registerWorker(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  const { trustedTypes } = window as { trustedTypes?: TrustedTypes };
  // The policy that the portal names in its header: this one address and no other.
  const policy = trustedTypes?.createPolicy("heza-console", {
    createScriptURL(url) {
      if (url !== WORKER) throw new TypeError(url);
      return url;
    },
  });
  await navigator.serviceWorker.register(policy?.createScriptURL(WORKER) ?? WORKER, { scope: "/staff/" });
}
