// Beside a low accuracy: the quantizer in use is made to be trained with, and the network was not.
import type { ReactNode } from 'react';
import { quantizerOf } from '../../quant/registry';
import { needsTraining } from '../../store/selectors';
import { setTrainingOption } from '../../store/training';
import { goTo } from '../controls/goTo';
import { useDesk } from '../useDesk';

/** A sentence and the button that helps; nothing where there is nothing to say. */
export function TrainHint(): ReactNode {
  const shown = useDesk(needsTraining);
  const label = useDesk((desk) => quantizerOf(desk.scheme.quantizer).label);
  if (!shown) return null;
  return (
    <div className="train-hint">
      <p>{label} is made to be trained with: without training, its accuracy is poor.</p>
      <button
        type="button"
        onClick={() => {
          setTrainingOption('quantizationAware', true);
          goTo('train');
        }}
      >
        Train for these bits
      </button>
    </div>
  );
}
