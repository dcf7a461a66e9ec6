// The plot's data from the desk: all points but YOU, which rarely change, and YOU, which moves with every frame.
import { useMemo } from 'react';
import { type BitPolicy, samePolicy } from '../../graph/policy';
import {
  cloudHere,
  contextOf,
  estimatedAccuracy,
  estimatorHere,
  floatNetwork,
  headline,
  isFloatNetwork,
  pointsHere,
  unrounded,
} from '../../store/measure/selectors';
import { runsCompared } from '../../store/search/selectors';
import { type Desk, desk } from '../../store/state/desk';
import { pastOf } from '../../store/state/history';
import type { PinName } from '../../store/state/pins';
import { useDesk } from '../parts/useDesk';
import { type PlotData, type PlotPoint, plotData, pointOf, yourPoint } from './plotData';

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
  const predicted = useDesk((state) => state.predicted);
  return useMemo(() => {
    const estimate = (policy: BitPolicy) => (estimator ? estimatedAccuracy(desk.getState(), policy) : undefined);
    const known = { measured, cloud, float, unrounded: bare, isFloat, runs, predicted };
    return plotData({ architecture, scheme, axis, ...known, estimate });
  }, [architecture, scheme, axis, measured, cloud, float, bare, isFloat, runs, predicted, estimator]);
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

/** The accuracy of a policy: measured here, precomputed, or else estimated. */
function knownAccuracy(state: Desk, policy: BitPolicy) {
  const known = [...pointsHere(state), ...cloudHere(state)].find((point) => samePolicy(point.policy, policy));
  return known?.accuracy ?? (estimatorHere(state) ? estimatedAccuracy(state, policy) : undefined);
}

/** Most positions of the trail. */
const TRAIL = 6;

/** Where YOU were: the configs of the last undo steps with what is in use, whose accuracy is known, oldest first. */
export function useTrail(): readonly PlotPoint[] {
  const history = useDesk((state) => state.history);
  const start = useDesk((state) => state.gestureStart);
  const here = useDesk(contextOf);
  const axis = useDesk((state) => state.axis);
  const measured = useDesk(pointsHere);
  const cloud = useDesk(cloudHere);
  const estimator = useDesk(estimatorHere);
  return useMemo(() => {
    const state = desk.getState();
    const { architecture, scheme, network } = state;
    const same = pastOf(history).filter((step) => contextOf({ ...step, network }) === here);
    const policies = [...same.slice(-TRAIL).map(({ policy }) => policy), ...(start ? [start] : [])];
    return policies.flatMap((policy) => {
      const accuracy = knownAccuracy(state, policy);
      return accuracy ? [pointOf({ architecture, scheme, axis }, policy, accuracy, 'measured')] : [];
    });
  }, [history, start, here, axis, measured, cloud, estimator]);
}

/** A pin, and where it is on the plot. */
export interface PinPoint {
  readonly name: PinName;
  readonly point: PlotPoint;
}

/** The pins whose accuracy is known. */
export function usePinPoints(): readonly PinPoint[] {
  const pins = useDesk((state) => state.pins);
  const here = useDesk(contextOf);
  const axis = useDesk((state) => state.axis);
  const measured = useDesk(pointsHere);
  const cloud = useDesk(cloudHere);
  const estimator = useDesk(estimatorHere);
  return useMemo(() => {
    const state = desk.getState();
    const { architecture, scheme } = state;
    return pins.flatMap(({ name, policy }) => {
      const accuracy = knownAccuracy(state, policy);
      return accuracy ? [{ name, point: pointOf({ architecture, scheme, axis }, policy, accuracy, 'measured') }] : [];
    });
  }, [pins, here, axis, measured, cloud, estimator]);
}
