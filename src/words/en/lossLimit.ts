// "May lose at most 1.0 points": the button that finds the smallest network, and what was proved of it.
import { count, signed, sizeInWords, upTo } from '../numbers';
import { words } from '../words';

const points = (share: number) => `${upTo(100 * share, 2)} ${Math.abs(100 * share - 1) < 1e-9 ? 'point' : 'points'}`;
/** A measured loss; one below zero is a gain. */
const measured = (lost: number) =>
  lost < 0 ? `measured: ${signed(-100 * lost, 1)}` : `measured: ${upTo(100 * lost, 1)}`;

export const lossLimit = words('lossLimit', {
  region: 'Smallest config for a loss',
  field: 'May lose at most (points)',
  find: 'Find the smallest',
  cancel: 'Cancel',
  load: 'Load',
  hint: 'Finds bits by the error of each output, then proves the loss of accuracy on validation images that no choice has used.',
  waiting: 'waits for the search before it',
  limitChoice: 'loss of accuracy (points)',
  running: (used: number) => `searching: ${count(100 * Math.min(1, used))} %`,
  failed: (why: string) => `It failed: ${why}`,
  stopped: 'Stopped before anything was proved.',
  proved: (bytes: number, most: number, lost: number, n: number) =>
    `${sizeInWords(bytes)}: loses at most ${points(most)} (${measured(lost)}), 95 % confidence, n = ${count(n)} validation images`,
  provedWhere: 'No choice has used these images.',
  tested: (lost: number, lower: number, upper: number, n: number) =>
    `On ${count(n)} test images it loses ${upTo(100 * lost, 1)} points (${upTo(100 * lower, 1)} to ${upTo(100 * upper, 1)}).`,
  nothing: (most: number, images: number) =>
    `Nothing is proved to lose at most ${points(most)} on ${count(images)} validation images.`,
  noPolicy: 'The search has found no config to test.',
  largest: (bytes: number, lost: number) =>
    `The largest config tested, ${sizeInWords(bytes)}, lost ${upTo(100 * lost, 1)} points.`,
  moreImages: (n: number) => `About ${count(n)} images would probably be enough.`,
  otherRounding: 'More images would not help: improve the rounding, allow more bits, take another quantizer, or train.',
  next: (bytes: number, n: number) => `${sizeInWords(bytes)} would take about ${count(n)} images.`,
  nextNot: (bytes: number, lost: number) => `${sizeInWords(bytes)} lost ${upTo(100 * lost, 1)} points: too much.`,
});
