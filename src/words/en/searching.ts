// What the page says of searches as they run: messages, and the phases and reasons that a run keeps.
import { count, percent, sizeInWords, upTo } from '../numbers';
import { words } from '../words';

export const searching = words('searching', {
  runName: (method: string, limit: string, seed: number) => `${method} · ${limit} · seed ${seed}`,
  /** The limit of a run, in the unit of its field. */
  limit: {
    memory: (kilobytes: number) => sizeInWords(kilobytes * 1024),
    compression: (times: number) => `weights ${upTo(times, 2)}× smaller`,
    bitOps: (millions: number) => `${upTo(millions, 2)} M BitOps`,
    loss: (points: number) => `loses at most ${upTo(points, 2)} ${points === 1 ? 'point' : 'points'}`,
    none: 'no limit',
  },
  onBoard: (limit: string, board: string) => `${limit}, on ${board}`,
  byTable: (limit: string, table: string) => `${limit}, costs of ${table}`,
  started: (run: string) => `${run} started.`,
  waits: (run: string) => `${run} starts when the search before it ends.`,
  failed: (run: string, why: string) => `${run} failed: ${why}`,
  ended: (run: string, state: string, measurements: number, best: string) =>
    `${run}: ${state}, ${count(measurements)} measurements. ${best}`,
  quarter: (percents: number) => `${count(percents)} percent of its budget used.`,
  best: (accuracy: number) => `Best so far: ${percent(accuracy)} percent.`,
  news: (run: string, sentences: readonly string[]) => `${run}: ${sentences.join(' ')}`,
  elsewhere: (run: string) => `${run} is running in another tab.`,
  discarded: (run: string) => `${run} is discarded; this can be undone for ten seconds.`,
  back: (run: string) => `${run} is back.`,
  noMethods: (why: string) => `The search methods could not be loaded, so no search can be started: ${why}`,
  /** Why a run ended or could not be kept, as clauses. */
  because: {
    restarted: 'the engine was restarted',
    replaced: 'another network, other images or other weights were opened',
    closed: 'the page was closed',
    shortLived: (why: string) => `it lasts as long as this page: ${why}`,
    listFull: 'the browser’s storage for the list of searches is full or refuses it',
  },
  /** Phases. */
  preparing: 'preparing',
  resuming: 'resuming',
  /** The beginning of the phase below. */
  front: 'measuring its front on',
  frontOn: (n: number) => `measuring its front on ${count(n)} test images`,
  proving: (bytes: number, n: number, state: 'open' | 'proved' | 'failed') =>
    `proving the loss: ${sizeInWords(bytes)} on ${count(n)} unseen images, ${
      { open: 'not proved yet', proved: 'proved', failed: 'not proved' }[state]
    }`,
  /** Its front on test images. */
  scored: (run: string, configs: number) => `${run}: its front of ${count(configs)} is measured on test images.`,
  notScored: (why: string) => `its front could not be measured: ${why}`,
  notScoredOf: (run: string, why: string) => `The front of ${run} could not be measured: ${why}`,
  unread: (why: string) => `what it had learned could not be read: ${why}`,
  unreadOf: (run: string, why: string) => `What ${run} had learned could not be read: ${why}`,
  /** Its table of layers, and proxies. */
  predicted: (run: string, configs: number) => `The table of ${run} predicts ${count(configs)} configs.`,
  notPredicted: (why: string) => `No front could be made from this table: ${why}`,
  ranked: (run: string, proxies: number) => `${count(proxies)} proxies are compared on the configs of ${run}.`,
  notRanked: (why: string) => `The proxies could not be compared: ${why}`,
});
