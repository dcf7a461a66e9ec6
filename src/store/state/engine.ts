// The client of the running engine, kept outside the store because it is not plain data.
import type { EngineClient } from '../../engine/client';

let client: EngineClient | null = null;

/** The running engine; null before the start and after a fault. */
export function engine(): EngineClient | null {
  return client;
}

/** Sets the running engine; null for none. */
export function setEngine(next: EngineClient | null): void {
  client = next;
}

/** The message of an error. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
