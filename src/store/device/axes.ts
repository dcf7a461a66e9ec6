// What configs cost on the chosen board and by the user's own table, for the plot. Files are laid out by the engine, in batches
// and in the background; `boardCosted` counts them.
import type { DeviceMemory } from '../../device/costs';
import { sumIn } from '../../device/costTable';
import { kernelsOf } from '../../device/devices';
import { latencyModel, latencyMs } from '../../device/latency';
import { type BitPolicy, policyKey } from '../../graph/policy';
import type { BoardAxis } from '../measure/axis';
import { contextOf } from '../measure/selectors';
import { type Desk, desk } from '../state/desk';
import { engine } from '../state/engine';
import { deviceById } from './board';

/** Configs in one request, which take some milliseconds each. */
const BATCH = 32;
/** Most that are remembered. */
const MOST = 5000;

/** By context, kernels and config; null where no file can hold it. */
const known = new Map<string, DeviceMemory | null>();
/** What is not known yet. */
const wanted = new Map<string, BitPolicy>();
let asking = false;

/** Where costs belong: to what is open, and the kernels of the board; undefined while nothing is. */
function placeOf(state: Desk) {
  const device = state.board === null ? undefined : deviceById(state.board.device);
  if (device === undefined || state.network === null) return undefined;
  const kernels = kernelsOf(device);
  return { device, kernels, key: `${contextOf(state)} ${kernels}` };
}

async function ask(): Promise<void> {
  const state = desk.getState();
  const place = placeOf(state);
  const client = engine();
  const here = [...wanted].filter(([key]) => place && key.startsWith(place.key)).slice(0, BATCH);
  if (client === null || place === undefined || here.length === 0) {
    wanted.clear();
    asking = false;
    return;
  }
  for (const [key] of here) wanted.delete(key);
  const params = { policies: here.map(([, policy]) => policy), scheme: state.scheme, kernels: place.kernels };
  // Without an answer they are asked for again when something changes.
  const found = await client.call('deviceMemories', params).result.catch(() => undefined);
  if (found && placeOf(desk.getState())?.key === place.key) {
    if (known.size > MOST) known.clear();
    here.forEach(([key], i) => {
      known.set(key, found[i]);
    });
    desk.setState(({ boardCosted }) => ({ boardCosted: boardCosted + 1 }));
  }
  void ask();
}

function memoryOf(state: Desk, policy: BitPolicy): DeviceMemory | null {
  const place = placeOf(state);
  if (place === undefined) return null;
  const key = `${place.key} ${policyKey(policy)}`;
  const memory = known.get(key);
  if (memory !== undefined) return memory;
  wanted.set(key, policy);
  if (!asking) {
    asking = true;
    // With all others that are asked for at the same time.
    setTimeout(() => void ask());
  }
  return null;
}

/** The cost of a config on an axis; NaN while it is not known, or where there is none. */
export function costOnBoard(state: Desk, axis: BoardAxis, policy: BitPolicy): number {
  if (axis === 'flash' || axis === 'ram') return memoryOf(state, policy)?.[axis] ?? Number.NaN;
  if (axis !== 'estimate')
    return state.costTable === null
      ? Number.NaN
      : (sumIn(state.costTable.table, axis === 'latency' ? 'ms' : 'mJ', policy).sum ?? Number.NaN);
  const place = placeOf(state);
  const model = place && latencyModel(place.device);
  if (place === undefined || model === undefined) return Number.NaN;
  // Where INT4 is as fast as INT8, its layers need not be known.
  const memory = model.int4 === 1 ? undefined : memoryOf(state, policy);
  if (memory === null) return Number.NaN;
  return latencyMs(place.device, model, state.architecture, policy, (layer) => memory?.int4.has(layer) === true);
}
