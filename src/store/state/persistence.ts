// The browser's promise to keep what is kept here: without it, a browser that needs room clears a site's storage unasked.

let asked = false;

/** Asks for it, once a visit; some browsers ask the person. Called when something is kept, so that nobody is asked before. */
export function askToPersist(): void {
  if (asked) return;
  asked = true;
  // Hidden on pages without https.
  void globalThis.navigator?.storage?.persist?.().catch(() => undefined);
}
