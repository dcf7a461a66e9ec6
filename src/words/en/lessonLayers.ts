// The lesson "Not all layers are equal". Licensed under CC BY 4.0 (docs/lessons.md).
import { count, fixed } from '../numbers';
import { words } from '../words';

const percent = (value: number) => `${fixed(value, 1)} %`;
const size = (value: number) => `${fixed(value, 1)} KB`;
const points = (value: number) => `${fixed(Math.abs(value), 1)} points`;

export const lessonLayers = words('lessonLayers', {
  rack: (layers: number, small: string, smallSize: number, large: string) =>
    `This network has ${count(layers)} layers. A picture passes through all of them, from left to right. Behind each fader is a violet area: it is as large as the layer's part of the file. ${small} takes only ${size(smallSize)}. ${large} takes more than any other layer.`,
  share: (large: string, total: number) => `How much of the ${size(total)} does ${large} take?`,
  shareWhy: (large: string) =>
    `The sizes of layers differ a lot. Whoever wants a small file will look at ${large} first. But what about the accuracy?`,
  small: (small: string, smallSize: number) =>
    `Now only ${small} goes from 8 to 2 bits. All other layers keep 8 bits. ${small} takes ${size(smallSize)} of the file, so there is little to save.`,
  smallAsk: (small: string, before: number) =>
    `With 8 bits everywhere, the network is right on ${percent(before)} of the test pictures. How many does it get right with ${small} at 2 bits?`,
  smallWhy: (small: string, lost: number, saved: number) =>
    lost > 5
      ? `${points(lost)} lost, for ${size(saved)} saved. ${small} is the first to see the picture. What it gets wrong, all later layers get wrong, too.`
      : `${points(lost)} ${lost < 0 ? 'gained' : 'lost'}, for ${size(saved)} saved. This layer stands few bits better than its place would suggest.`,
  large: (large: string, small: string, times: number) =>
    `Now it is the turn of ${large}, which is ${count(times)} times larger. ${small} has its 8 bits again.`,
  largeAsk: (large: string) => `How many pictures does the network get right with only ${large} at 2 bits?`,
  largeWhy: (small: string, large: string, smallLost: number, largeLost: number, saved: number) =>
    largeLost < smallLost
      ? `${large} has lost ${points(largeLost)} and saved ${size(saved)}. ${small} had lost ${points(smallLost)} and saved almost nothing. Size and sensitivity are two different things.`
      : `${large} has lost ${points(largeLost)} and saved ${size(saved)}. ${small} had lost ${points(smallLost)}, but had saved almost nothing.`,
  map: 'How sensitive a layer is has been measured for every layer and every number of bits, one layer at a time. The orange marks on the faders show it: the longer, the more accuracy is lost. The view Sensitivity has the same as a table.',
  mapTask: 'Open the view Sensitivity.',
  which: 'You must make the file smaller. Which of the two layers should get fewer bits first?',
  whichWhy: (small: string, large: string, smallPer: number, largePer: number) =>
    `For each KB saved, ${large} costs ${fixed(largePer, 2)} points and ${small} costs ${fixed(smallPer, 2)} points, as measured above.`,
  hint: 'Look for a layer with a large area and short orange marks. 2 bits are not the only choice.',
  task: (most: number, least: number) =>
    `Your turn: bring the file to ${size(most)} or less, and keep at least ${percent(least)} of the pictures right.`,
  summary: (small: string, large: string, seen: boolean) =>
    `Layers differ in size and in sensitivity. Bits are best saved where a layer is large and not sensitive${seen ? `, as in ${large}` : ''}, and spent where it is small and sensitive${seen ? `, as in ${small}` : ''}. In the next lesson you do that under a fixed budget.`,
});
