// Models of a Gaussian process as probable as the observations make them, instead of the most probable one alone: what an
// acquisition says is averaged over them, so that few observations are not taken for certainty about the model.
// Reference: J. Snoek, H. Larochelle, R. P. Adams, "Practical Bayesian optimization of machine learning algorithms", 2012,
// 3.2, which samples slices too; the multi-task search of M. Gennari do Nascimento et al. 2020 does so by Hamiltonian steps.
import type { Rng } from '../math/rng';
import { type SliceOptions, sliceSample } from '../math/slice';
import type { GpModel, Observation } from './gp';
import { type GpForm, GpParameters } from './gpPriors';

/**
 * `count` models of the form of `start`, mostly the most probable one (gpFit.ts), drawn by their probability given the
 * observations and the priors. Each depends on the one before; about six likelihoods a number of the model and sweep.
 * @throws RangeError for no observations, and those that do not fit the form.
 */
export function sampleGp(
  observations: readonly Observation[],
  start: GpModel,
  count: number,
  rng: Rng,
  form: GpForm = {},
  options: SliceOptions = {},
): GpModel[] {
  if (observations.length === 0)
    throw new RangeError('Models are drawn by what the observations say; there is none yet.');
  const parameters = new GpParameters(observations[0].input.length, form);
  const logDensity = (theta: readonly number[]) => parameters.logDensity(theta, observations);
  return sliceSample(logDensity, parameters.thetaOf(start), count, rng, options).map((theta) =>
    parameters.modelAt(theta),
  );
}
