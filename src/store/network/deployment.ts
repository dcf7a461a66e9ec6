// Detects that the site was redeployed while this page is open, so that files it has not loaded yet may be missing.

/**
 * True if the site's index.html no longer names the script of this page; false if that cannot be determined. Nothing should
 * wait for the answer, which can take a while: it only improves an error message.
 */
export async function siteWasUpdated(): Promise<boolean> {
  try {
    const script = document.querySelector('script[type="module"][src]')?.getAttribute('src');
    if (!script) return false;
    const response = await fetch(document.baseURI, { cache: 'no-store' });
    const html = response.ok ? await response.text() : '';
    // A different page, such as a login page, is not a newer version.
    return html.includes('id="root"') && !html.includes(script);
  } catch {
    return false;
  }
}
