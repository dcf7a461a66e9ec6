// What a quantizer is: its words, its reference, and the staircase from value in to value out, drawn from the quantizer.
import type { ReactNode } from 'react';
import type { WeightInspection } from '../../engine/protocol/inspecting';
import { quantizers } from '../../quant/registry';
import { said } from '../../words/en/declared';
import { layer as words } from '../../words/en/layer';
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
  const what = pictured
    ? words.staircase.values(end, new Set(pictured.staircase.map(({ value }) => value)).size)
    : words.staircase.float;
  return (
    <>
      <div className={styles.stairs} role="img" aria-label={words.staircase.says(label, bits, what)}>
        <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
          <path className={styles.cross} d="M50,0V100M0,50H100" />
          <path className={styles.same} d={`M0,${same}L100,${100 - same}`} />
          {pictured && <path className={styles.treads} d={staircasePath(pictured.staircase, peak, out)} />}
        </svg>
        <span className={styles.out}>{words.staircase.out(signed(out))}</span>
        <span className={styles.in}>{words.staircase.in(end)}</span>
      </div>
      <p className={styles.quantizer}>
        <b>{said(label)}</b> {pictured ? words.staircase.at(bits) : words.staircase.staysFloat}
        {words.staircase.about(said(summary))} <span className="note">{words.staircase.reference(reference)}</span>
      </p>
    </>
  );
}
