// The best predicted config within a size, found by a knapsack.
import { FLOAT } from '../../graph/policy';
import { budgetFront, InfeasibleError } from '../../optim/knapsack';
import { withBits } from '../../policy/edits';
import { widthsInReach } from '../../policy/widths';
import { faders } from '../../words/en/faders';
import { sizeInWords } from '../../words/numbers';
import { layersById } from '../measure/costs';
import { announce } from '../state/announce';
import { type Desk, desk } from '../state/desk';
import { setPolicy } from './actions';
import { payingTerms } from './holding';

/** The widths of unlocked layers with the least predicted loss in all within some bytes; undefined if none fit. */
export function bestWithin(state: Desk, bytes: number): Desk['policy'] | undefined {
  const terms = payingTerms(state, bytes);
  const layers = [...layersById(state.architecture).keys()];
  const widths = [...widthsInReach(terms.range), FLOAT];
  const choices = layers.map((id) => (terms.locked.includes(id) ? [state.policy[id].weights] : widths));
  const options = choices.map((bits, l) =>
    bits.map((width) => ({
      cost: width === 0 ? 0 : terms.layerBytes(layers[l], width),
      penalty: width === 0 ? 0 : terms.lossOf(layers[l], width),
    })),
  );
  // The header of the file depends a little on the widths: what it has too much is taken from the room.
  let room = bytes;
  for (let round = 0; round < 8; round++) {
    let picked: readonly number[];
    try {
      picked = budgetFront(options, room).best(room).choices;
    } catch (error) {
      if (error instanceof InfeasibleError) return undefined;
      throw error;
    }
    const policy = withBits(state.policy, 'weights', new Map(layers.map((id, l) => [id, choices[l][picked[l]]])));
    const over = terms.bytesOf(policy) - bytes;
    if (over <= 0) return policy;
    room -= over;
  }
  return undefined;
}

/** Puts the best predicted config within some bytes on the faders. */
export function applyBest(bytes: number): void {
  const policy = bestWithin(desk.getState(), bytes);
  const size = sizeInWords(bytes);
  const text = policy ? faders.bestFound(size) : faders.cannotFit(size);
  if (policy) setPolicy(policy);
  else desk.setState({ notice: { text, actions: [] } });
  announce(text);
}
