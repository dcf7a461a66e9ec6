// What the page says while it starts, opens images and networks, and when the engine stops or is silent.
import { count } from '../numbers';
import { words } from '../words';

export const session = words('session', {
  restarted: 'The engine was restarted.',
  stopped: (why: string) => `The engine stopped: ${why}`,
  kept: 'Your bits and measurements are kept.',
  resumable: 'Training can be resumed from its last checkpoint.',
  silent: (seconds: number) =>
    `No answer from the engine for ${count(seconds)} s. On a slow machine one step of work can take that long; it may also have crashed. Restarting keeps your bits and measurements.`,
  noWorker: 'The engine’s worker could not be started.',
  ready: (backend: string, device: string) => `Ready: computing with ${backend}, ${device}.`,
  noWasm: (why: string) =>
    `WebAssembly is unavailable, so the page computes in plain JavaScript, which is many times slower: ${why}`,
  updated: 'The site was updated since this page was opened. Reload it: the address keeps your network and its bits.',
  /** Opening images and networks. `why` is a sentence. */
  canceled: 'Canceled.',
  openingImages: 'Opening the images',
  imagesOpen: (images: string, test: number) => `${images}: ${count(test)} test images.`,
  noImages: (why: string, images: string) => `${why} Without images of ${images}, nothing is measured.`,
  shownInstead: (why: string, name: string) => `${why} Until then, ${name} is shown.`,
  stays: (why: string, name: string) => `${why} Until then, ${name} stays.`,
  noWeights: (network: string, why: string) =>
    `The weights of ${network} could not be loaded, so nothing is measured. ${why}`,
  whichWeights: (network: string) => `Which weights of ${network} are in use`,
  unreadWeights: (network: string, why: string) =>
    `The weights that were trained here for ${network} ${why}. Those from before training are in use; train again to replace what cannot be read.`,
  goneWeights: (network: string, origin: 'shipped' | 'initial' | 'own' | 'trained') =>
    `The weights of ${network} that were in use are no longer in this browser; ${
      { shipped: 'the pretrained', initial: 'random', own: 'the file’s', trained: 'the latest trained' }[origin]
    } ones are in use now.`,
  weightsInUse: 'The weights are in use.',
  untrainedInUse: 'The weights from before training are in use.',
  /** Where something else was to be opened while training runs. */
  trainingBlocks: 'Training runs on the network, weights and images in use. Stop it first, then others can be opened.',
  /** What this browser could not store. `why` is a clause. */
  notKept: (what: string, why: string, advice: string) =>
    `${what} could not be kept in this browser: ${why}. Until the page is closed, nothing is lost. ${advice}`,
  refused: 'the browser’s storage refused it',
  advice: {
    network: 'To have it again, export it as a project, or keep its file.',
    weights: 'To have the weights again, export them as a project.',
    images: 'Choose them again at the next visit.',
    search: 'Let it finish before you close the page: you can load its result onto the faders and export it.',
    handIns: 'Export the ranking as a table before you close the page.',
    run: 'Discard searches that you no longer need to make room.',
  },
  removed: 'Removed from this browser.',
});
