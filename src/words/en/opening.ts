// What the page says of files that are opened: a config, images, or a network.
import { count } from '../numbers';
import { words } from '../words';
import { fewerImages } from './hero';

export const opening = words('opening', {
  unread: (file: string, why: string) => `${file} could not be read: ${why}`,
  /** A file of bit widths. */
  configOn: (file: string, layers: number, withQuantizer: boolean) =>
    `The bit widths of “${file}” are on the faders: ${count(layers)} layers${withQuantizer ? ', and its quantizer' : ''}.`,
  configUnfit: (file: string, why: string) => `“${file}” does not fit this network: ${why} The bits stay as they are.`,
  /** The files of a network. */
  files: (names: readonly string[]) =>
    names.length > 3 ? `${names.slice(0, 2).join(', ')} and ${count(names.length - 2)} more` : names.join(', '),
  noEngine: {
    what: 'The file was not read: the engine is not running.',
    why: 'The engine reads files and tries the networks in them.',
    next: 'Restart the engine, then open the file again.',
  },
  noSample: (why: string) => ({
    what: why,
    why: 'Samples are loaded from this site when they are opened.',
    next: 'Try again with a connection, or open a file of your own.',
  }),
  engineGone: 'The engine is not running. Restart it, then try again.',
  brings: {
    policy: 'its bit widths',
    scheme: 'its quantizer',
    ranges: 'the ranges of its activations',
    normalization: 'its preprocessing',
  },
  unnamed: 'network',
  recipe: (files: string, format: string, producer: string | undefined) =>
    `From ${files}: ${format}${producer ? `, ${producer}` : ''}.`,
  opened: (network: string, layers: number, measured = 0, leftOut = 0) =>
    `${network} is open: ${count(layers)} layers.${leftOut > 0 ? ` ${fewerImages(measured, measured + leftOut)}` : ''}`,
  removed: (network: string) => `${network} is removed from this browser.`,
  notRemoved: (network: string, why: string) => `${network} could not be removed: ${why}`,
});
