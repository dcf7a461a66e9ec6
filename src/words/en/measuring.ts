// What the page says of measurements: of the config on the faders, of series, of the sensitivity table.
import { count, percent } from '../numbers';
import { words } from '../words';

export const measuring = words('measuring', {
  thisConfig: 'this config',
  configBy: (config: string, quantizer: string) => `${config}, ${quantizer}`,
  done: (accuracy: number, n: number) => `Measured: ${percent(accuracy)} percent of ${count(n)} test images.`,
  failed: (why: string) => `The config could not be measured: ${why}`,
  failedOf: (config: string, why: string) => `${config} could not be measured: ${why}`,
  series: (measured: number, of: number) => `${count(measured)} of ${count(of)} configs measured.`,
  sensitivity: 'The sensitivity of every layer is measured; estimates follow it now.',
  noSensitivity: (why: string) => `The sensitivity table could not be measured: ${why}`,
  noPictures: (why: string) => `Test images could not be read: ${why}`,
  noShipped: (why: string) => `The precomputed measurements could not be loaded: ${why}`,
  noComparison: (why: string) => `The precomputed comparison of quantizers could not be loaded: ${why}`,
});
