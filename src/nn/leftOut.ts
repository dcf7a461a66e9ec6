// What a pass of several widths skips: whole branches where it chose 0 bits, and shares of them in mixtures.
import * as tf from '@tensorflow/tfjs-core';
import { branchesOf, branchOf } from '../graph/branches';
import type { Architecture } from '../graph/network';
import { FLOAT, type LayerBits } from '../graph/policy';
import { closeSkips, withoutSkipped } from '../graph/skips';
import type { Candidates } from './candidates';
import { stays, type WidthChoice } from './mix';

/** The choices of a pass, by layer id. */
export type Choices = ReadonlyMap<string, WidthChoice>;

const MIXED: LayerBits = { weights: FLOAT, activations: FLOAT };

/** The part of a network that a pass runs: without branches for which the pass chose 0 bits. */
export function withoutChosen({ name, nodes }: Architecture, candidates: Candidates, choices: Choices): Architecture {
  const whole: Architecture = { name, nodes };
  const chosen = [...choices].map(([id, choice]) => [id, typeof choice === 'number' ? candidates[id][choice] : MIXED]);
  return withoutSkipped(whole, closeSkips(branchesOf(whole), Object.fromEntries(chosen))).network;
}

/**
 * The factor of each branch that mixtures may skip, by the branch's last node: the share [1] with which none of its
 * layers is skipped. Call inside `tf.tidy`.
 */
export function branchShares(
  architecture: Architecture,
  candidates: Candidates,
  choices: Choices,
): Map<string, tf.Tensor1D> {
  const shares = new Map<string, tf.Tensor1D>();
  for (const [id, choice] of choices) {
    const share = stays(candidates[id], choice);
    const end = share && branchOf(architecture, id)?.end;
    if (share === undefined || end === undefined) continue;
    const before = shares.get(end);
    shares.set(end, before === undefined ? share : tf.mul(before, share));
  }
  return shares;
}
