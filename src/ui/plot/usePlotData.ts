// The plot's data from the desk: all points but YOU, which rarely change, and YOU, which moves with every frame.
import { useCallback, useMemo } from 'react';
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
import { desk } from '../../store/state/desk';
import { pastOf } from '../../store/state/history';
import type { PinName } from '../../store/state/pins';
import type { RoomPoint } from '../../store/state/room';
import { useDesk } from '../parts/useDesk';
import { type PlotData, type PlotPoint, plotData, pointOf, yourPoint } from './plotData';

const NOBODY: readonly RoomPoint[] = [];

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
  const room = useDesk((state) => state.room?.points ?? NOBODY);
  return useMemo(() => {
    const estimate = (policy: BitPolicy) => (estimator ? estimatedAccuracy(desk.getState(), policy) : undefined);
    const known = { measured, cloud, float, unrounded: bare, isFloat, runs, predicted, room };
    return plotData({ architecture, scheme, axis, ...known, estimate });
  }, [architecture, scheme, axis, measured, cloud, float, bare, isFloat, runs, predicted, room, estimator]);
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

/** Finds the point of a policy whose accuracy is known: measured here, shipped, or else estimated. */
function useKnownPoint(): (policy: BitPolicy) => PlotPoint | undefined {
  const here = useDesk(contextOf);
  const axis = useDesk((state) => state.axis);
  const measured = useDesk(pointsHere);
  const cloud = useDesk(cloudHere);
  const estimator = useDesk(estimatorHere);
  return useCallback(
    (policy) => {
      const state = desk.getState();
      const frame = { architecture: state.architecture, scheme: state.scheme, axis };
      const isThis = (point: { readonly policy: BitPolicy }) => samePolicy(point.policy, policy);
      const own = measured.find(isThis)?.accuracy;
      if (own) return pointOf(frame, policy, own, 'measured');
      const shipped = cloud.find(isThis)?.accuracy;
      if (shipped) return pointOf(frame, policy, shipped, 'shipped');
      const guess = estimator && estimatedAccuracy(state, policy);
      return guess ? pointOf(frame, policy, guess, 'estimated') : undefined;
    },
    // `here` changes with what is read of the desk above.
    [here, axis, measured, cloud, estimator],
  );
}

/** Most positions of the trail. */
const TRAIL = 6;

/** Where YOU were: the configs of the last undo steps with what is in use, whose accuracy is known, oldest first. */
export function useTrail(): readonly PlotPoint[] {
  const history = useDesk((state) => state.history);
  const start = useDesk((state) => state.gestureStart);
  const here = useDesk(contextOf);
  const pointOfPolicy = useKnownPoint();
  return useMemo(() => {
    const { network } = desk.getState();
    const same = pastOf(history).filter((step) => contextOf({ ...step, network }) === here);
    const policies = [...same.slice(-TRAIL).map(({ policy }) => policy), ...(start ? [start] : [])];
    return policies.flatMap((policy) => pointOfPolicy(policy) ?? []);
  }, [history, start, here, pointOfPolicy]);
}

/** A pin, and where it is on the plot. */
export interface PinPoint {
  readonly name: PinName;
  readonly point: PlotPoint;
}

/** The pins whose accuracy is known. */
export function usePinPoints(): readonly PinPoint[] {
  const pins = useDesk((state) => state.pins);
  const pointOfPolicy = useKnownPoint();
  return useMemo(
    () =>
      pins.flatMap(({ name, policy }) => {
        const point = pointOfPolicy(policy);
        return point ? [{ name, point }] : [];
      }),
    [pins, pointOfPolicy],
  );
}
