// Networks that were read but are not in use yet. They stay here, each under a token; the page gets only their cards.
import type { Normalization } from '../data/dataset';
import { packedBytes } from '../formats/packed';
import type { Network } from '../graph/network';
import { type DisposableWorker, inspectInWorker, type ReadFiles } from './importing';
import type { ImportCard, ImportToken } from './protocol/ownNetworks';

/** A token whose network is gone: dropped, or read by an engine that has been restarted since. */
export class ImportGoneError extends Error {
  override readonly name = 'ImportGoneError';
}

/** The content of files that contain a network. */
type ReadNetwork = ReadFiles & { readonly network: Network };

/** Everything that was read except the numbers. `token` names the stored network, if any. */
function cardOf({ network, setting = {}, ...facts }: ReadFiles, token?: ImportToken): ImportCard {
  const { policy, scheme, ranges, normalization } = setting;
  if (network === undefined || token === undefined) return { ...facts, states: {} };
  const { name, nodes } = network;
  return {
    ...facts,
    token,
    architecture: { name, nodes },
    states: {
      ...(policy && { policy }),
      ...(scheme && { scheme }),
      ...(normalization && { normalization: normalization as Normalization }),
      ...(ranges && ranges.size > 0 && { ranges: true }),
      ...(policy && scheme && { packedBytes: packedBytes(network, policy, scheme) }),
    },
  };
}

export class Imports {
  private readonly kept = new Map<ImportToken, ReadNetwork>();
  private last = 0;

  /** @param spawn starts a reader; each reads once. */
  constructor(private readonly spawn: () => DisposableWorker) {}

  /**
   * Reads files, and keeps the network that they contain.
   * @throws ImportError, or the signal's reason.
   */
  async read(
    files: readonly { readonly name: string; readonly file: Blob }[],
    signal: AbortSignal,
  ): Promise<ImportCard> {
    return this.keep(await inspectInWorker(this.spawn, files, signal));
  }

  /** Keeps what was read, if it contains a network. */
  keep(inspection: ReadFiles): ImportCard {
    const { network } = inspection;
    if (network === undefined) return cardOf(inspection);
    const token = ++this.last;
    this.kept.set(token, { ...inspection, network });
    return cardOf(inspection, token);
  }

  /** @throws ImportGoneError */
  get(token: ImportToken): ReadNetwork {
    const found = this.kept.get(token);
    if (found === undefined) throw new ImportGoneError('The network that was read is gone. Drop its file once more.');
    return found;
  }

  drop(token: ImportToken): void {
    this.kept.delete(token);
  }
}
