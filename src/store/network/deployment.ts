// Whether the site was deployed anew under an open page, which may then lack files that it has not loaded yet.

/** What is said then; the button is "Reload the page". */
export const SITE_UPDATED =
  'The site was updated since this page was opened. Reload it: the address keeps your network and its bits.';

/**
 * True when the site's index.html no longer names the script that this page runs; false where that cannot be told. Nothing
 * should wait for the answer, which may take its time: it only makes the words of an error better.
 */
export async function siteWasUpdated(): Promise<boolean> {
  try {
    const script = document.querySelector('script[type="module"][src]')?.getAttribute('src');
    if (!script) return false;
    const response = await fetch(document.baseURI, { cache: 'no-store' });
    const html = response.ok ? await response.text() : '';
    // Another page, such as one to log in, is no newer version.
    return html.includes('id="root"') && !html.includes(script);
  } catch {
    return false;
  }
}
