// The lesson "Let the machine search". Licensed under CC BY 4.0 (docs/lessons.md).
import { count, fixed, signed } from '../numbers';
import { words } from '../words';

const percent = (value: number) => `${fixed(value, 1)} %`;
const size = (value: number) => `${fixed(value, 1)} KB`;

export const lessonSearch = words('lessonSearch', {
  room: (layers: number, widths: number, budget: number) =>
    `This small network has ${count(layers)} layers, and each can have one of ${count(widths)} numbers of bits. One choice for all layers together is called a config. Only configs of at most ${size(budget)} fit the budget.`,
  howMany: 'How many configs are there in all?',
  many: (configs: number, layers: number, widths: number) =>
    `${count(widths)} choices for the first layer, times ${count(widths)} for the second, and so on, ${count(layers)} times: ${count(configs)}. Measuring them all would take hours. For a network with 20 layers it would take billions of years.`,
  byHand: (bits: number, now: number) =>
    `First try it yourself. All layers have ${count(bits)} bits now, which is ${size(now)}.`,
  byHandTask: (budget: number) =>
    `Change at least one layer, and stay within ${size(budget)}. Then wait until your config is measured.`,
  yours: (best: number) =>
    `Your config is right on ${percent(best)} of the test pictures. Now a search gets the same budget. It tries configs on other images, which it may look at as often as it likes, and learns from what it sees.`,
  ask: 'How many of the test pictures will its best config get right?',
  start:
    'The search goes step by step: it lowers the layer that seems to lose least for the bytes that it saves, measures, and does so again until the file fits.',
  startTask: 'Press “Start search” in the tab Search, and wait until it is done.',
  load: 'Each dot in the plot is a config that was tried. The list Runs says which one the search has picked.',
  loadTask: 'Load the config that the search has picked.',
  compared: (mine: number, its: number) => {
    // After a reload, the config from before is not measured anymore.
    if (mine === 0) return 'The search has no better eyes than you, but more patience: it has measured many configs.';
    const gain = its - mine;
    if (gain > 1)
      return `That is ${signed(gain, 1)} points against your config. The search has no better eyes, but more patience: it has measured many configs.`;
    if (gain < -1)
      return `Yours is better by ${fixed(-gain, 1)} points! A search is not magic: it only tries, and may miss the best.`;
    return 'It is about as good as yours: the difference is within chance. You have found a good one, and the search has, too.';
  },
  who: 'Look at the faders. Which of these layers did the search give the most bits?',
  whoWhy: (first: number, largest: number) =>
    first > largest
      ? 'The first layer is small and sensitive, the fourth is large. The search knows none of that. It has only measured, and has found the same rule as you.'
      : 'The search knows nothing of rules. It has only measured what pays on these images.',
  summary: (best: number) =>
    `${best > 0 ? `The search found a config that is right on ${percent(best)} of the pictures. ` : ''}Too many configs to try them all, so a search looks at a few and learns from them. Its result is measured on images that it has never seen: otherwise it could win by luck.`,
});
