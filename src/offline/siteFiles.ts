/** A file of the built site, in Workbox's terms; names that hold a hash of the content need no revision. */
export interface SiteFile {
  /** Path below the root of the site. */
  readonly url: string;
  readonly revision: string | null;
  /** As in HTML. */
  readonly integrity?: string;
}

/** What the service worker keeps. */
export interface SiteFiles {
  readonly atOnce: readonly SiteFile[];
  readonly onUse: readonly SiteFile[];
}
