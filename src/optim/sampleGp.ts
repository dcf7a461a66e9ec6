// Samples models of a Gaussian process from their posterior, instead of using only the most probable one. Acquisitions are
// averaged over the samples, so that few observations do not suggest certainty about the model.
// Reference: J. Snoek, H. Larochelle, R. P. Adams, "Practical Bayesian optimization of machine learning algorithms", 2012,
// 3.2, also with slice sampling; the multi-task search of M. Gennari do Nascimento et al. 2020 uses Hamiltonian Monte Carlo.
import type { Rng } from '../math/rng';
import { type SliceOptions, sliceSample } from '../math/slice';
import type { GpModel, Observation } from './gp';
import { type GpForm, GpParameters } from './gpPriors';

/**
 * Draws `count` models of the form of `start` (usually the most probable one, gpFit.ts) from the posterior given observations
 * and priors. Each depends on the one before. Takes about six likelihoods per free parameter and sweep.
 * @throws RangeError for no observations, or observations that do not match the form.
 */
export function sampleGp(
  observations: readonly Observation[],
  start: GpModel,
  count: number,
  rng: Rng,
  form: GpForm = {},
  options: SliceOptions = {},
): GpModel[] {
  if (observations.length === 0) throw new RangeError('Models are sampled given observations; there are none yet.');
  const parameters = new GpParameters(observations[0].input.length, form);
  const logDensity = (theta: readonly number[]) => parameters.logDensity(theta, observations);
  return sliceSample(logDensity, parameters.thetaOf(start), count, rng, options).map((theta) =>
    parameters.modelAt(theta),
  );
}
