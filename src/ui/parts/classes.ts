// Names of classes, put together.

/** The names that are there, as `className` wants them. */
export function classes(...names: readonly (string | false | undefined | null)[]): string {
  return names.filter(Boolean).join(' ');
}
