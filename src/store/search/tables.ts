// What is asked of a finished run's table and points: the front that it predicts, and how well proxies rank its policies.
// Neither is stored; both are asked for again in seconds.
import { isCanceled } from '../../engine/client';
import type { RankedProxy } from '../../engine/protocol/searching';
import { searching } from '../../words/en/searching';
import { announce, showProblem } from '../state/announce';
import { desk } from '../state/desk';
import { engine, messageOf } from '../state/engine';
import { runOf } from './changes';

/** Training images for proxies that look at images. */
const PROXY_IMAGES = 256;

/** Predicts a front from the table of a run. */
export async function predictFront(id: string): Promise<void> {
  const run = runOf(id);
  const table = run?.chosen?.table;
  const client = engine();
  if (run === undefined || table === undefined || client === null) return;
  try {
    const front = await client.call('tableFront', { setting: run.setting, table, points: run.points }).result;
    desk.setState(({ predicted }) => ({ predicted: { ...predicted, [id]: front } }));
    announce(searching.predicted(run.name, front.length));
  } catch (error) {
    if (!isCanceled(error)) showProblem(searching.notPredicted(messageOf(error)), { error });
  }
}

/** Ranks the measured policies of a run by each proxy. */
export async function rankProxies(id: string): Promise<void> {
  const run = runOf(id);
  const client = engine();
  if (run === undefined || client === null) return;
  const { scheme, allowed, seed } = run.setting;
  const put = (rows: readonly RankedProxy[]) =>
    desk.setState(({ proxies }) => ({ proxies: { ...proxies, [id]: rows } }));
  const rowsOf = () => desk.getState().proxies[id] ?? [];
  put([]);
  try {
    const params = { scheme, allowed, seed, images: PROXY_IMAGES, points: run.points };
    const rows = await client.call('rankProxies', params, (row) => put([...rowsOf(), row])).result;
    put(rows);
    announce(searching.ranked(run.name, rows.length));
  } catch (error) {
    desk.setState(({ proxies: { [id]: _, ...others } }) => ({ proxies: others }));
    if (!isCanceled(error)) showProblem(searching.notRanked(messageOf(error)), { error });
  }
}
