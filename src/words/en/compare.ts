// Runs of searches compared, and one run looked into.
import { count, fixed, percent, plusMinus, signed, upTo } from '../numbers';
import { words } from '../words';

interface Known {
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
  readonly n: number;
}

export const compare = words('compare', {
  title: 'Comparison',
  note: 'of the selected runs',
  choice: 'Compare',
  watch: 'Watch a precomputed race of all searches',
  view: { race: 'Race', layers: 'Bits per layer', uniform: 'Against uniform' },
  race: {
    says: (curves: readonly string[]) => `Best accuracy so far over images seen. ${curves.join('; ')}.`,
    curve: (run: string, accuracy: number | undefined) =>
      accuracy === undefined ? run : `${run}: ${fixed(accuracy, 1)} %`,
    images: 'images seen (forward and backward)',
    best: 'best validation accuracy so far (%)',
    began: (run: string, accuracy: number) => `${run} began at ${fixed(accuracy, 1)} %, below this range.`,
    run: 'Run',
    bestAt: (images: number) => `Best at ${count(images)} images`,
    picked: 'Picked config',
    configs: 'Configs',
    seen: 'Images seen',
    time: 'Time',
    nothing: 'nothing yet',
    known: (known: Known) => `${percent(known.value)} % ${plusMinus(known)}`,
    test: (n: number) => `${count(n)} test images`,
    validation: (n: number) => `${count(n)} validation images`,
  },
  layers: {
    says: (runs: readonly string[]) =>
      `Weight bits of each layer, relative to the largest of the config, from input to output. ${runs.join('; ')}.`,
    run: (run: string, config: string) => `${run}: ${config}`,
    axis: 'bits / largest',
    empty: 'No run has measured a config yet.',
    weightBits: 'Weight bits',
    yours: 'yours',
    pair: (weights: string, activations: string) => `${weights} / ${activations}`,
    difference: (bits: number) => signed(bits, 0),
  },
  uniform: {
    empty: 'Select a run with mixed widths to compare it with uniform ones.',
    says: 'Accuracy over compression: mixed widths, one line per run, and uniform widths.',
    compression: 'times smaller than float',
    times: (times: number) => `${upTo(times, 2)}×`,
    accuracy: 'accuracy (%)',
    /** A run's best; `test`: on test images, or else on validation images. */
    alone: (accuracy: number, times: number, test: boolean) =>
      `${fixed(accuracy, 1)} %${test ? '' : ' of validation images'} at ${fixed(times, 1)}×; no uniform config is measured near this size`,
    against: (accuracy: number, times: number, test: boolean, uniform: number, between: boolean) => {
      const about = between ? '~' : '';
      return `${fixed(accuracy, 1)} %${test ? '' : ' of validation images'} at ${fixed(times, 1)}×, uniform ${about}${fixed(uniform, 1)} %: ${about}${signed(accuracy - uniform, 1)} points`;
    },
    sentence: (run: string, text: string) => `${run}: ${text}`,
    note: 'Uniform accuracies are measured or precomputed on test images, interpolated (~) between two widths. Runs whose front was not measured on test images show their validation accuracy, which is optimistic.',
  },
  inside: {
    title: 'Inside',
    of: (run: string) => `Inside ${run}`,
    believed: (because: string) => `Its model expects more of another config. ${because}`,
    soon: 'What the method knows is shown here while it works.',
    stopped: 'It was stopped before there was anything to show.',
    failed: 'It failed before there was anything to show.',
    front: 'Front',
    picked: 'picked',
    best: 'believed best',
    control: 'control',
    size: 'Model size',
    validation: (n?: number) =>
      n === undefined ? 'Validation accuracy (%)' : `Validation accuracy (%, n = ${count(n)})`,
    test: (n?: number) => (n === undefined ? 'Test accuracy (%)' : `Test accuracy (%, n = ${count(n)})`),
    unmeasured: 'not measured',
    known: (known: Known) => `${percent(known.value)} ${plusMinus(known)}`,
  },
  table: {
    show: 'Front from this table',
    showTip: 'Answers other limits without another search',
    about: (table: string, steps: number) =>
      `From the run’s table of single layers (${table}), at every limit${steps > 0 ? `; predicted with ${count(steps)} steps of fine-tuning, measured here without` : ''}`,
    label: (run: string) => `Front from the table of ${run}`,
    predicted: 'Predicted',
    beyond: 'beyond the measurements',
    estimate: (accuracy: number) => `~${percent(accuracy)}`,
    tested: (known: Known) => `${percent(known.value)} ${plusMinus(known)} of ${count(known.n)}`,
    untested: 'predicted, not measured',
    measure: (n: number) => `Measure these ${count(n)}`,
  },
  proxies: {
    show: 'Compare proxies',
    showTip: 'How well cheap proxies of the loss rank the configs of this run',
    about: (n: number) =>
      `Rank correlation of proxies with the ${count(n)} configs that the run measured, with 95 % intervals over configs; 1 is the same order. Configs picked by a search are a biased sample; random ones are not.`,
    label: (run: string) => `Proxies on the configs of ${run}`,
    proxy: 'Proxy',
    images: 'Images',
    loss: 'With the loss',
    errors: 'With the error rate',
    rank: ({ value, lower, upper }: Omit<Known, 'n'>) =>
      Number.isNaN(value) ? 'no order' : `${fixed(value, 2)} (${fixed(lower, 2)} to ${fixed(upper, 2)})`,
  },
});
