// Beside a low accuracy, what would help: training, where the weights are random, or where the quantizer is made to be
// trained with and the network was not; other images, where a network of one's own guesses even in float.
import type { ReactNode } from 'react';
import { quantizerOf } from '../../quant/registry';
import { isAtChance, needsTraining } from '../../store/measure/selectors';
import { openImages } from '../../store/state/view';
import { setTrainingOption } from '../../store/train/options';
import { hero } from '../../words/en/hero';
import { goTo } from '../parts/goTo';
import { useDesk } from '../parts/useDesk';
import styles from './TrainHint.module.css';

/** A sentence and the button that helps; nothing where there is nothing to say. */
export default function TrainHint(): ReactNode {
  const untrained = useDesk((desk) => desk.network?.checkpoint.origin === 'initial' && !desk.trainingActive);
  const shown = useDesk(needsTraining);
  const guesses = useDesk(isAtChance);
  const images = useDesk((desk) => desk.dataset?.label ?? '');
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
  if (guesses)
    return (
      <div className={styles.hint}>
        <p>{hero.atChance(images)}</p>
        <button type="button" onClick={openImages}>
          {hero.openImages}
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
