// Code that is loaded when it is needed, and does not come: after a deployment, or without a connection.

/** True for the error of an `import()` whose file did not come, in the words of Chromium, Firefox and Safari. */
export function isMissingCode(error: unknown): boolean {
  return error instanceof Error && /dynamically imported module|importing a module script failed/i.test(error.message);
}

/** The sentences about a reader whose code did not come, but for where. */
export const MISSING_READER = {
  what: 'The reader of such files could not be loaded.',
  why: 'One of the files of the site did not come: the site was updated, or the connection failed.',
  next: 'Reload the page, then open the file again.',
} as const;
