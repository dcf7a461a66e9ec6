// `proxies`: how well estimates of per-layer loss rank policies, compared with measurements on this network.
import { resultOf } from '../core/turn';
import type { Estimate } from '../math/bootstrap';
import { percent } from '../node/words';
import type { ProxyTable } from '../search/proxies/proxies';
import { type RankAgreement, rankAgreement } from '../search/proxies/rankAgreement';
import type { RunPoint } from '../search/run';
import { flags, number } from './flags';
import { markdownTable } from './markdownTable';
import { readOwnCosts } from './ownCosts';
import { readProblem } from './search';
import { readLimits } from './searchFlags';
import type { RunInputs } from './setting';

/** Training images for proxies that read images. */
const PROXY_IMAGES = 256;

const withInterval = ({ value, lower, upper }: Estimate) =>
  `${value.toFixed(2)} (${lower.toFixed(2)} to ${upper.toFixed(2)})`;

/** Measures random policies within the limits, and correlates each proxy with the measurements. */
export async function runProxies(inputs: RunInputs) {
  const { session, network, seed, networkId, datasetId } = inputs;
  const asked = number('policies', 30, { min: 2 });
  const problem = {
    ...readProblem(inputs, readLimits(flags.limit, network, await readOwnCosts(network))),
    budget: { evaluations: asked },
  };
  const points: RunPoint[] = [];
  await resultOf(session.search({ ...problem, method: 'random', options: {} }), ({ report }) => {
    if (report?.point === undefined) return;
    const { policy, accuracy, loss } = report.point;
    points.push(report.point);
    const bits = Object.values(policy).map(({ weights }) => weights);
    console.log(`${points.length}/${asked} [${bits.join(' ')}]: ${percent(accuracy)}, loss ${loss.toFixed(3)}`);
  });
  const tables: (ProxyTable & RankAgreement)[] = [];
  const { scheme, allowed } = problem;
  for await (const table of session.proxies({ scheme, allowed, images: PROXY_IMAGES, seed }))
    tables.push({ ...table, ...rankAgreement(table, points, seed) });
  const heads = ['proxy', 'its images', 'rank correlation with the loss', 'with wrong answers'];
  const rows = tables.map(({ label, images, loss, errors }) => [
    label,
    images,
    withInterval(loss),
    withInterval(errors),
  ]);
  console.log(`${points.length} configs drawn at random, each measured on ${points[0]?.accuracy.n ?? 0} images`);
  console.log(markdownTable(heads, rows));
  return { network: networkId, dataset: datasetId, problem, points, proxies: tables };
}
