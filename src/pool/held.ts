// What a member keeps between jobs: plain data that the engine sent, and what jobs made of them on the device.

/** Values by the engine's keys. */
export class Held {
  private readonly values = new Map<string, unknown>();

  /** @throws Error for a key that was never sent, or dropped. */
  get<T>(key: string): T {
    if (!this.values.has(key)) throw new Error(`A job needs "${key}", which this worker does not have.`);
    return this.values.get(key) as T;
  }

  set(key: string, value: unknown): void {
    this.drop([key]);
    this.values.set(key, value);
  }

  /** The value of a key, made now if it is missing. It is dropped with the key, and disposed if it can be. */
  make<T>(key: string, make: () => T): T {
    if (!this.values.has(key)) this.values.set(key, make());
    return this.values.get(key) as T;
  }

  drop(keys: Iterable<string>): void {
    for (const key of keys) {
      (this.values.get(key) as { dispose?: () => void } | undefined)?.dispose?.();
      this.values.delete(key);
    }
  }
}
