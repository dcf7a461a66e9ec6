// Requests persistent storage: without it, a browser that runs out of space may clear a site's storage without asking.

let requested = false;

/** Requests it once per visit. Called when something is stored, not earlier, because some browsers ask the user. */
export function askToPersist(): void {
  if (requested) return;
  requested = true;
  // Not available on pages without https.
  void globalThis.navigator?.storage?.persist?.().catch(() => undefined);
}
