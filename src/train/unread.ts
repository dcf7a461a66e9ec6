// Losses and hits of the steps of a run, left on the device until requested: reading them stalls the device.
import type { DeviceNumber } from './replica';

/** Sums over images: of their losses, and of correct predictions. */
export interface Seen {
  readonly loss: number;
  readonly right: number;
  readonly images: number;
}

export const NOTHING_SEEN: Seen = { loss: 0, right: 0, images: 0 };

/** Dispose it when done. */
export class Unread {
  private readonly pending: { loss: DeviceNumber; right: DeviceNumber; images: number }[] = [];

  constructor(private seen: Seen) {}

  /** Adds the mean loss of `images` images, and how many are right; takes ownership. */
  add(loss: DeviceNumber, right: DeviceNumber, images: number): void {
    this.pending.push({ loss, right, images });
  }

  /** All since the last `clear`. The sums are the same however often they are requested. */
  async read(): Promise<Seen> {
    for (const entry of this.pending) {
      const [loss, right] = [(await entry.loss.data())[0], (await entry.right.data())[0]];
      const { seen } = this;
      this.seen = {
        loss: seen.loss + loss * entry.images,
        right: seen.right + right,
        images: seen.images + entry.images,
      };
    }
    this.dispose();
    return this.seen;
  }

  clear(): void {
    this.seen = NOTHING_SEEN;
  }

  dispose(): void {
    for (const { loss, right } of this.pending) {
      loss.dispose();
      right.dispose();
    }
    this.pending.length = 0;
  }
}
