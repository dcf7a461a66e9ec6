// What the bits do to the weights of the layer touched last: histogram, levels and errors, and the quantizer explained.
import { type ReactNode, useEffect, useState } from 'react';
import type { WeightInspection } from '../../engine/protocol/inspecting';
import { followWeights } from '../../store/inspect/weights';
import { layersById } from '../../store/measure/costs';
import { layer as words } from '../../words/en/layer';
import { units } from '../../words/en/units';
import { Segmented } from '../parts/Segmented';
import { useDesk } from '../parts/useDesk';
import { Comparison } from './Comparison';
import { type BarScale, decibels, levelsInWords, squaredError } from './histogramData';
import { Staircase } from './Staircase';
import titleLineStyles from './titleLine.module.css';
import { WeightHistogram } from './WeightHistogram';
import styles from './Weights.module.css';

const SCALES = ['linear', 'log'] as const satisfies readonly BarScale[];

function TitleLine({ inspection }: { readonly inspection: WeightInspection }): ReactNode {
  const { layer, bits, report } = inspection;
  const cost = useDesk((desk) => layersById(desk.architecture).get(layer));
  const parts = [words.weights(report.count), units.bitsInWords(bits), decibels(report.sqnr), squaredError(report.mse)];
  return (
    <p className={titleLineStyles.line}>
      <b>{layer}</b> {cost && `${units.layer(cost)} · `}
      {parts.map((part, i) => (
        <span key={part}>
          {i > 0 && ' · '}
          <span className={titleLineStyles.part}>{part}</span>
        </span>
      ))}
    </p>
  );
}

/** The view "weights" of the layer at hand. */
export function Weights(): ReactNode {
  const inspection = useDesk((desk) => desk.inspection);
  const problem = useDesk((desk) => desk.inspectionProblem);
  const [scale, setScale] = useState<BarScale>('linear');
  useEffect(followWeights, []);
  if (inspection === null) return <p className="empty">{problem ?? words.weightsSoon}</p>;
  return (
    <>
      <div className={styles.head}>
        <TitleLine inspection={inspection} />
        <Segmented
          legend={words.barScale}
          options={SCALES.map((value) => ({ value, label: words.scale[value] }))}
          value={scale}
          onChange={(next) => setScale(next)}
        />
      </div>
      <div className={styles.view}>
        <div>
          <WeightHistogram inspection={inspection} scale={scale} />
          <p className="note">
            {levelsInWords(inspection)}{' '}
            {inspection.report.pictured && words.sentence(words.clipped(inspection.report.clipped))}
          </p>
        </div>
        <Staircase inspection={inspection} />
      </div>
      <Comparison />
    </>
  );
}
