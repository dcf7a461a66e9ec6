// Copying, also where the browser hides the clipboard (no https) or refuses it.

/**
 * Copies what an element holds. It is selected too, so that a person can copy it by hand.
 * @returns true when it is in the clipboard
 */
export async function copyFrom(element: HTMLElement): Promise<boolean> {
  let text = element.textContent ?? '';
  if (element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement) {
    text = element.value;
    element.focus();
    element.select();
  } else getSelection()?.selectAllChildren(element);
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // The older way, which asks nobody.
    return document.execCommand('copy');
  }
}
