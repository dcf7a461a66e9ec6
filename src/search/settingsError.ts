// Errors that retrying the same search cannot fix.

/** A search that cannot run as configured: the same settings fail again. The message says what to change. */
export class SettingsError extends RangeError {
  override readonly name: string = 'SettingsError';
}
