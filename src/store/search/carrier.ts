// What carries the tasks of a search to other computers, if this page is connected to any; store/room/ sets it.
import type { EngineClient } from '../../engine/client';
import type { CrewProgress, SearchSettings } from '../../engine/protocol/searching';

export interface Carrier {
  begin(client: EngineClient, setting: SearchSettings): void;
  hear(progress: CrewProgress): void;
  end(): void;
}

let current: Carrier | undefined;

/** Undefined where a search has only this computer. */
export function carrier(): Carrier | undefined {
  return current;
}

export function setCarrier(next: Carrier): void {
  current = next;
}
