// The first minute: which layers to drag, and what that tells.
import { count } from '../numbers';
import { words } from '../words';

export const coach = words('coach', {
  dragDown: (layer: string, share: number) => `Drag ${layer} down: it holds ${count(share * 100)} % of the model size`,
  dragCostly: (layer: string) => `Now drag ${layer} to 2 bits: it costs much and saves almost nothing`,
  /** Where there is nothing to drag, but bits to tap. */
  tapDown: (layer: string, share: number) => `Tap 2 for ${layer}: it holds ${count(share * 100)} % of the model size`,
  tapCostly: (layer: string) => `Now tap 2 for ${layer}: it costs much and saves almost nothing`,
  dragged: 'Layers differ. Find the best mix, or let a search find it.',
  skipSteps: 'Skip',
  endSteps: 'Done',
});
