// MetaQuantNet's third stage on a network in use: the trained hypernetwork of a run goes on at the policy found.
import type { BitPolicy } from '../graph/policy';
import { trainedWeights } from '../search/methods/metaquantnet';
import { searches } from '../search/registry';
import { readOptions } from '../search/run';
import { goOnAt, type ThirdStage } from '../search/training/hypernetwork';
import type { JointSettings } from '../train/joint';
import type { LoadedModel } from './loadedModel';
import { problemOf, type SearchContext, type SearchSettings } from './searching';
import { alone } from './turn';

/** What the third stage needs: the settings and the last state of a run, a policy, and how to train. */
export interface ThirdStageParams {
  readonly setting: SearchSettings;
  readonly state: unknown;
  readonly policy: BitPolicy;
  readonly joint: JointSettings;
}

/** Trains, step by step. @throws RangeError for a run of another method, or one that has not trained its network. */
export async function* thirdStage(
  model: LoadedModel,
  { setting, state, policy, joint }: ThirdStageParams,
  context: SearchContext,
): ThirdStage {
  const trained = setting.method === 'metaquantnet' ? trainedWeights(state) : undefined;
  if (trained === undefined)
    throw new RangeError('Only a MetaQuantNet run whose network is trained has a third stage.');
  const problem = problemOf(model, setting, context, alone);
  try {
    return yield* goOnAt(problem, readOptions(searches.metaquantnet.options, setting.options), trained, policy, joint);
  } finally {
    problem.dispose();
  }
}
