// Beside a low accuracy, what would help: training, where the weights are random, or where the quantizer is made to be
// trained with and the network was not.
import type { ReactNode } from 'react';
import { quantizerOf } from '../../quant/registry';
import { needsTraining } from '../../store/measure/selectors';
import { setTrainingOption } from '../../store/train/options';
import { hero } from '../../words/en/hero';
import { goTo } from '../parts/goTo';
import { useDesk } from '../parts/useDesk';
import styles from './TrainHint.module.css';

/** A sentence and the button that helps; nothing where there is nothing to say. */
export default function TrainHint(): ReactNode {
  const untrained = useDesk((desk) => desk.network?.checkpoint.origin === 'initial' && !desk.trainingActive);
  const shown = useDesk(needsTraining);
  const label = useDesk((desk) => quantizerOf(desk.scheme.quantizer).label);
  if (untrained)
    return (
      <div className={styles.hint}>
        <p>{hero.untrained}</p>
        <button type="button" onClick={() => goTo('train')}>
          {hero.goToTraining}
        </button>
      </div>
    );
  if (!shown) return null;
  return (
    <div className={styles.hint}>
      <p>{hero.needsTraining(label)}</p>
      <button
        type="button"
        onClick={() => {
          setTrainingOption('quantizationAware', true);
          goTo('train');
        }}
      >
        {hero.trainQuantized}
      </button>
    </div>
  );
}
