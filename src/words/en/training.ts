// What the page says of training as it runs.
import { count, percent } from '../numbers';
import { words } from '../words';

export const training = words('training', {
  started: 'Training started.',
  paused: (step: number) => `Training is paused at step ${count(step)}.`,
  resumed: (step: number) => `Training continues from step ${count(step)}.`,
  epoch: (epoch: number, accuracy: number) =>
    `Epoch ${count(epoch)}: ${percent(accuracy)} percent on validation images.`,
  ended: (title: string, text: string) => `${title}: ${text}`,
  failed: (why: string) => `Training failed: ${why}`,
  notPaused: (why: string) => `Training could not be paused: ${why}`,
  notStored: (why: string) => `Training cannot be stored: ${why}.`,
  learned: (network: string) => `What ${network} has learned`,
  discarded: 'The interrupted training is discarded.',
  elsewhere: (network: string) =>
    `Another tab has trained ${network}. The next visit opens its weights; this tab keeps its own.`,
});
