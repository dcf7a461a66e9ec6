// What a quantizer is: its words, its reference, and the staircase from value in to value out, drawn from the quantizer.
import type { ReactNode } from 'react';
import type { WeightInspection } from '../../engine/protocol/inspecting';
import { quantizers } from '../../quant/registry';
import { units } from '../../words/en/units';
import { percentAt, signed, spanOf, staircasePath } from './histogramData';
import styles from './Staircase.module.css';

/** The quantizer of an inspection, explained with the numbers of the layer shown. */
export function Staircase({ inspection }: { readonly inspection: WeightInspection }): ReactNode {
  const { bits, report, scheme } = inspection;
  const { label, summary, reference } = quantizers[scheme.quantizer];
  const { peak, pictured } = report;
  const out = pictured ? spanOf(report) / 1.03 : peak;
  const same = percentAt(peak, out);
  const end = signed(peak);
  const words = pictured
    ? `Weights from −${end} to ${end} become ${new Set(pictured.staircase.map(({ value }) => value)).size} values.`
    : 'Float: what comes in goes out.';
  return (
    <>
      <div
        className={styles.stairs}
        role="img"
        aria-label={`Staircase of ${label} at ${units.bitsInWords(bits)}. ${words}`}
      >
        <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
          <path className={styles.cross} d="M50,0V100M0,50H100" />
          <path className={styles.same} d={`M0,${same}L100,${100 - same}`} />
          {pictured && <path className={styles.treads} d={staircasePath(pictured.staircase, peak, out)} />}
        </svg>
        <span className={styles.out}>out ±{signed(out)}</span>
        <span className={styles.in}>in ±{end}</span>
      </div>
      <p className={styles.quantizer}>
        <b>{label}</b> {pictured ? `at ${units.bitsInWords(bits)}` : '(this layer stays float)'}. {summary}{' '}
        <span className="note">{reference}.</span>
      </p>
    </>
  );
}
