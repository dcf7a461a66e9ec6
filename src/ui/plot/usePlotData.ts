// The plot's data from the desk: all points but YOU, which rarely change, and YOU, which moves with every frame.
import { useMemo } from 'react';
import type { BitPolicy } from '../../graph/policy';
import {
  cloudHere,
  estimatedAccuracy,
  estimatorHere,
  floatNetwork,
  headline,
  isFloatNetwork,
  pointsHere,
  unrounded,
} from '../../store/measure/selectors';
import { runsCompared } from '../../store/search/selectors';
import { desk } from '../../store/state/desk';
import { useDesk } from '../parts/useDesk';
import { type PlotData, type PlotPoint, plotData, yourPoint } from './plotData';

/** Everything the plot shows but YOU. */
export function usePlotData(): PlotData {
  const architecture = useDesk((state) => state.architecture);
  const scheme = useDesk((state) => state.scheme);
  const axis = useDesk((state) => state.axis);
  const measured = useDesk(pointsHere);
  const cloud = useDesk(cloudHere);
  const float = useDesk(floatNetwork);
  const bare = useDesk(unrounded);
  const isFloat = useDesk(isFloatNetwork);
  const estimator = useDesk(estimatorHere);
  const runs = useDesk(runsCompared);
  return useMemo(() => {
    const estimate = (policy: BitPolicy) => (estimator ? estimatedAccuracy(desk.getState(), policy) : undefined);
    const known = { measured, cloud, float, unrounded: bare, isFloat, runs };
    return plotData({ architecture, scheme, axis, ...known, estimate });
  }, [architecture, scheme, axis, measured, cloud, float, bare, isFloat, runs, estimator]);
}

/** Where YOU are. */
export function useYou(): PlotPoint | undefined {
  const architecture = useDesk((state) => state.architecture);
  const scheme = useDesk((state) => state.scheme);
  const axis = useDesk((state) => state.axis);
  const policy = useDesk((state) => state.policy);
  const known = useDesk(headline);
  return useMemo(
    () => yourPoint({ architecture, scheme, axis }, policy, known),
    [architecture, scheme, axis, policy, known],
  );
}
