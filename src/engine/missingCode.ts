// Code that is loaded on demand and fails to load: after a deployment, or without a connection.

/** True for the error of an `import()` whose file did not load, as worded by Chromium, Firefox and Safari. */
export function isMissingCode(error: unknown): boolean {
  return error instanceof Error && /dynamically imported module|importing a module script failed/i.test(error.message);
}

/** The error about a reader whose code did not load, without its `where`. */
export const MISSING_READER = {
  what: 'The reader of such files could not be loaded.',
  why: 'One of the files of the site did not come: the site was updated, or the connection failed.',
  next: 'Reload the page, then open the file again.',
} as const;
