// What the bits do to the weights of the layer touched last: histogram, levels and errors, and the quantizer explained.
import { type ReactNode, useEffect, useState } from 'react';
import type { WeightInspection } from '../../engine/protocol/inspecting';
import { followWeights } from '../../store/inspect/weights';
import { layersById } from '../../store/measure/costs';
import { units } from '../../words/en/units';
import { count } from '../../words/numbers';
import { Segmented } from '../parts/Segmented';
import { useDesk } from '../parts/useDesk';
import { Comparison } from './Comparison';
import { type BarScale, clippedInWords, decibels, levelsInWords, squaredError } from './histogramData';
import { Staircase } from './Staircase';
import titleLineStyles from './titleLine.module.css';
import { WeightHistogram } from './WeightHistogram';
import styles from './Weights.module.css';

const SCALES = (['linear', 'log'] satisfies BarScale[]).map((value) => ({ value, label: value }));

function TitleLine({ inspection }: { readonly inspection: WeightInspection }): ReactNode {
  const { layer, bits, report } = inspection;
  const cost = useDesk((desk) => layersById(desk.architecture).get(layer));
  const parts = [
    `${count(report.count)} weights`,
    units.bitsInWords(bits),
    decibels(report.sqnr),
    squaredError(report.mse),
  ];
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
  if (inspection === null)
    return <p className="empty">{problem ?? 'What do the bits do to the weights? Drawn once the engine is ready.'}</p>;
  return (
    <>
      <div className={styles.head}>
        <TitleLine inspection={inspection} />
        <Segmented legend="Scale of the bars" options={SCALES} value={scale} onChange={(next) => setScale(next)} />
      </div>
      <div className={styles.view}>
        <div>
          <WeightHistogram inspection={inspection} scale={scale} />
          <p className="note">
            {levelsInWords(inspection)} {inspection.report.pictured && `${clippedInWords(inspection.report.clipped)}.`}
          </p>
        </div>
        <Staircase inspection={inspection} />
      </div>
      <Comparison />
    </>
  );
}
