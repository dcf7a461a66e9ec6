// The lesson "Spend a budget". Licensed under CC BY 4.0 (docs/lessons.md).
import { count, fixed, signed } from '../numbers';
import { words } from '../words';

const percent = (value: number) => `${fixed(value, 1)} %`;
const size = (value: number) => `${fixed(value, 1)} KB`;

export const lessonBudget = words('lessonBudget', {
  chip: (budget: number, now: number) =>
    `Small devices have little memory: a chip in a toy or a sensor may have ${size(budget)} left for a network. That is your budget. With 8 bits everywhere the file takes ${size(now)}, which is too much. The line in the plot and the bar above show the budget.`,
  uniform: (bits: number, now: number) =>
    `The simplest way is to give all layers the same bits. At most ${count(bits)} bits fit: ${size(now)}.`,
  uniformAsk: (bits: number, float: number) =>
    `In float the network is right on ${percent(float)} of the test pictures. How many does it get right with ${count(bits)} bits everywhere?`,
  uniformWhy: (lost: number, unused: number) =>
    `${fixed(Math.abs(lost), 1)} points ${lost < 0 ? 'above' : 'below'} float, and ${size(unused)} of the budget are not even used. All layers got the same, whether they needed it or not.`,
  mixed: (now: number) =>
    `Now a mix: layers that are small and sensitive get more bits, the large ones fewer. The file takes ${size(now)}, so it fits, too.`,
  mixedAsk: 'How many pictures does the network get right with the mix?',
  mixedWhy: (gain: number, uniformSize: number, mixedSize: number) =>
    `${signed(gain, 1)} points against the same bits everywhere, and the file is ${size(Math.abs(uniformSize - mixedSize))} ${mixedSize < uniformSize ? 'smaller' : 'larger'}. ${
      gain > 0 ? 'The bits were only spent in better places.' : 'This mix has not paid.'
    }`,
  fewest: 'Look at the faders. Which of these layers got the fewest bits in the mix?',
  fewestWhy: (layer: string, share: number) =>
    `${layer} holds ${percent(share)} of all weights: one bit less there saves more than in any other layer.`,
  hold: 'Fits or does not fit: you can watch the budget yourself, or let the desk hold it. While it is held, other layers give up bits for those that you add.',
  holdTask: 'Turn on the switch “Hold”.',
  pay: 'The budget that is held is now just as large as the file. Small marks show in advance which layers will give up bits. The layer that loses least accuracy for each byte is trimmed first.',
  payTask: (layer: string) => `Give ${layer} 8 bits, and watch the other faders.`,
  beatHint:
    'Hold is off again. Start from the same bits everywhere: take bits from layers with a large area and short orange marks, and give them to layers with long ones. The menu Presets has a suggestion, if you want one.',
  beatTask: (budget: number, least: number) =>
    `Your turn: stay within ${size(budget)}, and get more than ${percent(least)} of the pictures right.`,
  summary: (best: number, budget: number) =>
    best > 0
      ? `In ${size(budget)}, your network is right on ${percent(best)} of the pictures. A budget is spent well when a bit more would help equally little everywhere. A machine can look for that, too: see the next lesson.`
      : 'A budget is spent well when a bit more would help equally little everywhere. A machine can look for that, too: see the next lesson.',
});
