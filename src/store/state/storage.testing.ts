// An in-memory localStorage.

/** A storage whose entries are also visible as properties, as in a browser. It holds at most `room` characters. */
export function memoryStorage(room = Number.POSITIVE_INFINITY): Storage {
  const entries = new Map<string, string>();
  const methods = {
    get length() {
      return entries.size;
    },
    key: (index: number) => [...entries.keys()][index] ?? null,
    getItem: (key: string) => entries.get(key) ?? null,
    setItem(key: string, text: string) {
      const others = [...entries].filter(([other]) => other !== key);
      if (others.reduce((sum, [name, value]) => sum + name.length + value.length, key.length + text.length) > room)
        throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
      entries.set(key, text);
    },
    removeItem: (key: string) => void entries.delete(key),
    clear: () => entries.clear(),
  };
  return new Proxy(methods, {
    ownKeys: () => [...entries.keys()],
    getOwnPropertyDescriptor: (_, key) =>
      entries.has(String(key))
        ? { value: entries.get(String(key)), enumerable: true, configurable: true, writable: true }
        : undefined,
  });
}
