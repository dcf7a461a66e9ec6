// Finds out what preprocessing an imported network expects: tries the usual normalizations on labeled images, with red
// and blue as they are and swapped, and checks whether the predictions would be right under another order of the
// classes.

import type { Dataset, Normalization } from '../data/dataset';
import { fitDataset } from '../data/fit';
import {
  allNormalizations,
  forChannels,
  type GrayNormalizationId,
  type NormalizationId,
  normalizations,
} from '../data/normalizations';
import { outputCount, swapRedAndBlue } from '../graph/adapt';
import { imagesAtOnce } from '../graph/batch';
import { layerCosts } from '../graph/cost';
import type { InputNode, Network } from '../graph/network';
import { isNearChance, type Proportion, wilson } from '../math/statistics';
import { Inference } from '../nn/inference';
import { floatRounding } from '../rounding/rounding';
import { evaluate } from './evaluate';

/** Multiplications of one trial: those of 256 images through ResNet-20, and half as many again. Large networks see fewer images. */
const TRIAL_MACS = 16e9;
const FEWEST_IMAGES = 32;

/** One kind of preprocessing, and its result on labeled images. */
export interface InputTrial {
  /** A preset; `images`: the preprocessing of the page's own networks; `file`: the one stated by the network's file. */
  readonly normalization: NormalizationId | GrayNormalizationId | 'images' | 'file';
  readonly values: Normalization;
  /** `bgr`: red and blue swapped. */
  readonly channels: 'rgb' | 'bgr';
  readonly accuracy: Proportion;
}

export interface InputFindings {
  /** Best first. */
  readonly trials: readonly InputTrial[];
  /** True if even the best is hardly better than guessing. */
  readonly nearChance: boolean;
  /**
   * An order of the classes under which a trial's predictions are right much more often: class i of the data set is
   * output `order[i]` of the network.
   */
  readonly reordered?: InputTrial & { readonly order: readonly number[] };
}

/**
 * Pairs classes and outputs so that the largest counts match: the likely order, [class] -> output.
 * `counts[class][answer]`.
 */
export function likelyOrder(counts: readonly (readonly number[])[]): number[] {
  const n = counts.length;
  const cells = counts.flatMap((row, label) => row.map((count, answer) => ({ count, label, answer })));
  const order = new Array<number>(n).fill(-1);
  const taken = new Set<number>();
  // Ties go to the class itself, so that the order changes only where the predictions support it.
  cells.sort((a, b) => b.count - a.count || Number(b.label === b.answer) - Number(a.label === a.answer));
  for (const { label, answer } of cells)
    if (order[label] < 0 && !taken.has(answer)) {
      order[label] = answer;
      taken.add(answer);
    }
  return order;
}

async function predictionsOf(network: Network, dataset: Dataset, images: number, turn: () => Promise<void>) {
  const model = new Inference(network);
  try {
    model.configure(floatRounding(network));
    let predictions = new Uint8Array();
    const options = { from: 0, to: Math.min(images, dataset.validation.length), batchSize: imagesAtOnce(network) };
    for await (const part of evaluate(model, dataset, dataset.validation, options)) {
      predictions = part.predictions.slice();
      await turn();
    }
    return predictions;
  } finally {
    model.dispose();
  }
}

/**
 * The file's and the page's own preprocessing first, unless they equal another: of equally good ones, the first is
 * proposed.
 */
function waysFor(
  { normalization }: Dataset,
  channels: number,
  also?: Normalization,
): Pick<InputTrial, 'normalization' | 'values'>[] {
  const presets = channels === 1 ? allNormalizations : normalizations;
  const ways = [
    ...(also ? [{ normalization: 'file', values: also } as const] : []),
    ...Object.entries(presets).map(([id, preset]) => ({
      normalization: id as keyof typeof allNormalizations,
      values: forChannels(preset.normalization, channels),
    })),
    { normalization: 'images', values: forChannels(normalization, channels) } as const,
  ];
  const same = (a: Normalization, b: Normalization) => JSON.stringify(a) === JSON.stringify(b);
  const others = ways.filter(({ values }, i) => ways.findIndex((way) => same(way.values, values)) === i);
  return others.sort((a, b) => Number(b.normalization === 'images') - Number(a.normalization === 'images'));
}

/**
 * Tries the presets on the first `images` validation images, or fewer for a large network; `turn` is awaited after every batch, `report` is called
 * with each trial. The network must have as many classes as the data set, and no softmax at its end. `also` is tried in
 * addition to the presets.
 */
export async function tryInputs(
  network: Network,
  dataset: Dataset,
  images: number,
  turn: () => Promise<void>,
  report: (trial: InputTrial) => void = () => {},
  also?: Normalization,
): Promise<InputFindings> {
  const classes = outputCount(network);
  const [height, width, colors] = (network.nodes[0] as InputNode).shape;
  const macs = layerCosts(network).reduce((sum, layer) => sum + layer.macs, 0);
  const most = Math.min(images, Math.max(FEWEST_IMAGES, Math.floor(TRIAL_MACS / macs)));
  const labels = Array.from({ length: Math.min(most, dataset.validation.length) }, (_, i) =>
    dataset.validation.label(i),
  );
  const measure = async (way: Pick<InputTrial, 'normalization' | 'values'>, channels: InputTrial['channels']) => {
    const fitted = fitDataset(dataset, { height, width, normalization: way.values });
    const predictions = await predictionsOf(channels === 'rgb' ? network : swapRedAndBlue(network), fitted, most, turn);
    const right = labels.filter((label, i) => predictions[i] === label).length;
    return { trial: { ...way, channels, accuracy: wilson(right, labels.length) }, predictions };
  };
  const found: Awaited<ReturnType<typeof measure>>[] = [];
  // If something other than a convolution reads the image, the colors cannot be swapped.
  const convolved =
    colors === 3 && network.nodes.every(({ op, inputs }) => op === 'conv2d' || !inputs.includes(network.nodes[0].id));
  for (const way of waysFor(dataset, colors, also))
    for (const channels of convolved ? (['rgb', 'bgr'] as const) : (['rgb'] as const)) {
      const one = await measure(way, channels);
      found.push(one);
      report(one.trial);
    }
  found.sort((a, b) => b.trial.accuracy.value - a.trial.accuracy.value);
  const [best] = found;
  const reordered = found
    .map(({ trial, predictions }) => {
      const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
      for (const [i, label] of labels.entries()) counts[label][predictions[i]]++;
      const order = likelyOrder(counts);
      const right = order.reduce((sum, answer, label) => sum + counts[label][answer], 0);
      return { ...trial, order, accuracy: wilson(right, labels.length) };
    })
    .reduce((a, b) => (b.accuracy.value > a.accuracy.value ? b : a));
  return {
    trials: found.map(({ trial }) => trial),
    nearChance: isNearChance(best.trial.accuracy, classes),
    // An order fitted to the predictions is always somewhat better than none, so only a much better one counts as a
    // finding.
    ...(reordered.accuracy.lower > best.trial.accuracy.upper + 0.2 && { reordered }),
  };
}
