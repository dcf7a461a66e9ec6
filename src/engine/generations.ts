// The weights of a network: those of this visit in memory, and between visits those in use and a few other trained
// ones. Each is identified by its fingerprint. Weights trained in another tab are moved aside like our own, never
// overwritten.
import { foundFingerprint } from '../core/fingerprint';
import type { FoundNetwork } from '../core/foundNetwork';
import type { Dataset } from '../data/dataset';
import { notKeptReason } from '../data/keptFiles';
import { writeCheckpoint } from '../formats/checkpoint';
import type { AnyNetworkId } from '../zoo/registry';
import type { BlobStore } from './blobStore';
import type { CheckpointInfo } from './protocol/opening';
import type { KeptWeights } from './protocol/training';

/** Trained weights stored between visits besides those in use; the oldest are dropped first. */
const ASIDE = 3;
/** Bytes of weights held in memory; the latest two are always held. */
const HELD_BYTES = 256e6;

/** The facts in a weight file; earlier versions of the page wrote no fingerprint. */
export type WeightFacts = CheckpointInfo & { readonly fingerprint?: string; readonly sequence?: number };

/** A network on its images, for which weights are stored. */
export interface WeightPlace {
  readonly network: AnyNetworkId;
  readonly dataset: string;
  readonly images: Dataset;
}

/** The file of the weights in use. */
export const inUseFile = ({ network, dataset }: Omit<WeightPlace, 'images'>) => `weights-${network}-${dataset}`;
/** The files of the others: one extra, to write into before another is deleted. */
export const asideFiles = (place: Omit<WeightPlace, 'images'>) =>
  Array.from({ length: ASIDE + 1 }, (_, i) => `${inUseFile(place)}-aside${i}`);

const bytesOf = ({ network }: FoundNetwork) =>
  [...network.parameters.values()].reduce((sum, { values }) => sum + values.byteLength, 0);

/** The result of storing weights for the next visit. */
export interface Used {
  /** Why these weights, or those they replace, are not stored. */
  readonly notKept?: string;
  /** The weights previously in use in the store, now aside. */
  readonly displaced?: string;
}

/** A file of weights with their fingerprint. */
interface Named {
  readonly facts: WeightFacts & { readonly fingerprint: string };
  readonly bytes: Uint8Array;
}

/** The name of a file that contains no fingerprint. */
const UNNAMED = 'unnamed';

function named(file: { readonly facts: unknown; readonly bytes: Uint8Array } | undefined): Named | undefined {
  if (file === undefined) return undefined;
  const facts = file.facts as WeightFacts;
  return { facts: { ...facts, fingerprint: facts.fingerprint ?? UNNAMED }, bytes: file.bytes };
}

function storedAs(place: WeightPlace, found: FoundNetwork): Named {
  const { network, checkpoint } = found;
  return {
    facts: { ...checkpoint, fingerprint: foundFingerprint(found, place.images) },
    bytes: writeCheckpoint(network),
  };
}

/** Weights of networks, by fingerprint. */
export class Generations {
  private readonly held = new Map<string, FoundNetwork>();

  constructor(private readonly store: BlobStore) {}

  /** Holds weights for this visit, and returns their fingerprint. */
  hold(place: WeightPlace, found: FoundNetwork): string {
    const fingerprint = foundFingerprint(found, place.images);
    const key = `${inUseFile(place)}/${fingerprint}`;
    this.held.delete(key);
    this.held.set(key, found);
    let bytes = [...this.held.values()].reduce((sum, each) => sum + bytesOf(each), 0);
    for (const [oldest, each] of this.held) {
      if (bytes <= HELD_BYTES || this.held.size <= 2) break;
      this.held.delete(oldest);
      bytes -= bytesOf(each);
    }
    return fingerprint;
  }

  /** Weights of this visit; undefined if they are not held. */
  recall(place: WeightPlace, fingerprint: string): FoundNetwork | undefined {
    return this.held.get(`${inUseFile(place)}/${fingerprint}`);
  }

  /**
   * Makes these the weights in use at the next visit, or without `found` the ones from before any training. The weights
   * in the file, ours or another tab's, are moved aside first. `former` names the weights that this engine used, for
   * files of an earlier version of the page that do not name them.
   */
  async use(place: WeightPlace, found?: FoundNetwork, former: string = UNNAMED): Promise<Used> {
    const file = inUseFile(place);
    const fingerprint = found && foundFingerprint(found, place.images);
    const stored = named(await this.store.get(file));
    const displaced = stored?.facts.fingerprint === UNNAMED ? former : stored?.facts.fingerprint;
    if (stored !== undefined && displaced === fingerprint) return {};
    const lost =
      displaced &&
      stored &&
      (await this.putAside(place, { ...stored, facts: { ...stored.facts, fingerprint: displaced } }, fingerprint));
    // If the old weights cannot be moved aside, they would be overwritten, so the new ones are not stored.
    if (lost) return { notKept: lost };
    if (found === undefined) await this.store.delete(file);
    else {
      const { facts, bytes } = storedAs(place, found);
      const reason = notKeptReason(await this.store.put(file, facts, bytes));
      if (reason !== undefined) return { notKept: reason };
      for (const [slot, stored] of await this.aside(place))
        if (stored?.facts.fingerprint === fingerprint) await this.store.delete(slot);
    }
    return displaced === undefined ? {} : { displaced };
  }

  /** Stores trained weights that are not in use. */
  async setAside(place: WeightPlace, found: FoundNetwork): Promise<Used> {
    const notKept = await this.putAside(place, storedAs(place, found));
    return notKept === undefined ? {} : { notKept };
  }

  /** Trained weights stored besides those in use, the latest first. */
  async list(place: WeightPlace): Promise<KeptWeights[]> {
    const facts = (await this.aside(place)).flatMap(([, stored]) => (stored ? [stored.facts] : []));
    return facts
      .sort((a, b) => (b.sequence ?? 0) - (a.sequence ?? 0))
      .map(({ fingerprint, recipe, trained }) => ({ fingerprint, recipe, ...(trained && { trained }) }));
  }

  private aside(place: WeightPlace): Promise<[slot: string, stored: Named | undefined][]> {
    return Promise.all(asideFiles(place).map(async (slot) => [slot, named(await this.store.get(slot))]));
  }

  /** Of those aside, `spared` is about to be used and takes no room. */
  private async putAside(place: WeightPlace, { facts, bytes }: Named, spared?: string): Promise<string | undefined> {
    const slots = await this.aside(place);
    if (slots.some(([, stored]) => stored?.facts.fingerprint === facts.fingerprint)) return undefined;
    const age = ([, stored]: (typeof slots)[number]) => stored?.facts.sequence ?? 0;
    const others = slots.filter(([, stored]) => stored !== undefined && stored.facts.fingerprint !== spared);
    const byAge = others.sort((a, b) => age(a) - age(b));
    const [slot] = slots.find(([, stored]) => stored === undefined) ?? byAge[0];
    const sequence = Math.max(...slots.map(age)) + 1;
    const reason = notKeptReason(await this.store.put(slot, { ...facts, sequence }, bytes));
    if (reason === undefined && byAge.length >= ASIDE && byAge[0][0] !== slot) await this.store.delete(byAge[0][0]);
    return reason;
  }
}
