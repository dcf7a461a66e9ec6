// Training: its form, its progress and what became of it.
import { count, fixed, percent } from '../numbers';
import { words } from '../words';

interface Step {
  readonly state: 'running' | 'pausing' | 'paused';
  readonly step: number;
  readonly steps: number;
  readonly epoch: number;
  readonly loss: number;
  readonly accuracy: number;
}

export const train = words('train', {
  /** How far a run is; loss and accuracy, or agreement with the float network, are NaN until they are read. */
  step: ({ state, step, steps, epoch, loss, accuracy }: Step, distills: boolean): string => {
    const where = `${state === 'running' ? '' : `${state}, `}epoch ${fixed(epoch, 1)}, step ${count(step)} of ${count(steps)}`;
    if (Number.isNaN(loss)) return where;
    return `${where} · loss ${fixed(loss, 3)} · ${distills ? 'agreement' : 'accuracy'} ${percent(accuracy)} %`;
  },
});
