// Prints the table of latency fits in docs/devices.md: `npx tsx scripts/deviceTable.ts`. The last four columns predict each
// network from the others.
import { type Device, devices, type NetworkName } from '../src/device/devices';
import { CONVOLUTIONAL, errorOf, fitted, latencyModel } from '../src/device/latency';

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1];
const percent = (share: number) => `${share < 0 ? '−' : '+'}${Math.abs(100 * share).toFixed(0)} %`;
const kHz = ({ board }: Device) => (board.clockMHz as number) * 1000;
const known = devices.filter(({ times: { ms } }) => CONVOLUTIONAL.every((network) => ms[network] !== undefined));

/** Error for a network that the fit does not know; of `ad`, for a fit of the convolutions. */
function leftOut(device: Device, network: NetworkName): number {
  const others = CONVOLUTIONAL.filter((other) => other !== network);
  return errorOf(device.times, kHz(device), fitted(device.times, kHz(device), others), network);
}

const errors = new Map<NetworkName, number[]>();
console.log('| Board | Runtime | Cycles per MAC | per output | per dense MAC | Fit | ic | vww | kws | ad |');
console.log('|---|---|--:|--:|--:|--:|--:|--:|--:|--:|');
for (const device of known) {
  const { board, times } = device;
  const model = latencyModel(device);
  if (model === undefined) continue;
  const fit = Math.max(...CONVOLUTIONAL.map((network) => Math.abs(errorOf(times, kHz(device), model, network))));
  const cells = ([...CONVOLUTIONAL, 'ad'] as const).map((network) => {
    if (times.ms[network] === undefined) return '–';
    const error = leftOut(device, network);
    errors.set(network, [...(errors.get(network) ?? []), Math.abs(error)]);
    return percent(error);
  });
  const numbers = [model.perMac.toFixed(2), model.perOutput.toFixed(0), model.perDenseMac.toFixed(1)];
  console.log(`| ${[board.name, times.with, ...numbers, `${(100 * fit).toFixed(0)} %`, ...cells].join(' | ')} |`);
}
const all = [...errors.values()].flat();
const medians = [...errors].map(([network, list]) => `${network} ${(100 * median(list)).toFixed(0)} %`);
console.log(`\nMedian of the errors left out: ${(100 * median(all)).toFixed(0)} %; ${medians.join(', ')}.`);
