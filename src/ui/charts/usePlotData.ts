// The plot's data from the desk. The policy is deferred: while a fader is dragged, the plot may lag a frame behind.
import { useDeferredValue, useMemo } from 'react';
import { desk } from '../../store/desk';
import {
  cloudHere,
  estimatedAccuracy,
  estimatorHere,
  floatAccuracy,
  headline,
  pointsHere,
} from '../../store/selectors';
import { useDesk } from '../useDesk';
import { type PlotData, plotData } from './plotData';

/** Everything the plot shows now. */
export function usePlotData(): PlotData {
  const architecture = useDesk((state) => state.architecture);
  const scheme = useDesk((state) => state.scheme);
  const axis = useDesk((state) => state.axis);
  const measured = useDesk(pointsHere);
  const cloud = useDesk(cloudHere);
  const float = useDesk(floatAccuracy);
  const estimator = useDesk(estimatorHere);
  const now = useDesk(headline);
  const policy = useDesk((state) => state.policy);
  const input = useMemo(
    () => ({ architecture, scheme, axis, measured, cloud, float, estimator, policy, headline: now }),
    [architecture, scheme, axis, measured, cloud, float, estimator, policy, now],
  );
  const deferred = useDeferredValue(input);
  return useMemo(
    () => plotData({ ...deferred, estimate: (other) => estimatedAccuracy(desk.getState(), other) }),
    [deferred],
  );
}
