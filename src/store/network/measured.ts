// How many of the open images are measured of a network: large ones are fewer, because they take more memory.
import type { LoadedNetwork } from '../../engine/protocol/opening';
import { type Desk, desk } from '../state/desk';

/** The open images with the numbers that are measured of `network`; nothing if they are as before. */
export function imagesOf({ measured }: LoadedNetwork): Pick<Desk, 'dataset'> | Record<string, never> {
  const { dataset } = desk.getState();
  if (dataset === null || measured === undefined) return {};
  const { test, validation, leftOut = 0 } = dataset;
  const same = test === measured.test && validation === measured.validation && leftOut === measured.leftOut;
  return same ? {} : { dataset: { ...dataset, ...measured } };
}
