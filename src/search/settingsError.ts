// What no second try of the same search can mend.

/** A search that cannot be done as it was asked for: with the same settings it fails again. Says what to change. */
export class SettingsError extends RangeError {
  override readonly name: string = 'SettingError';
}
