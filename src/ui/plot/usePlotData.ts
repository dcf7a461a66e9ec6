// The plot's data from the desk: all points but YOU, which rarely change, and YOU, which moves with every frame.
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { type BitPolicy, samePolicy } from '../../graph/policy';
import { axisHere, isPlain } from '../../store/measure/axis';
import { axisRange, costsOf } from '../../store/measure/costs';
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
import { withCode } from '../../store/state/code';
import { desk } from '../../store/state/desk';
import { pastOf } from '../../store/state/history';
import type { PinName } from '../../store/state/pins';
import type { RoomPoint } from '../../store/state/room';
import { useDesk } from '../parts/useDesk';
import { type PlotData, type PlotPoint, plotData, pointOf, yourPoint } from './plotData';

const NOBODY: readonly RoomPoint[] = [];

/** What a policy costs on the axis shown; NaN while that is not known. */
function useCostOf(): (policy: BitPolicy) => number {
  const architecture = useDesk((state) => state.architecture);
  const scheme = useDesk((state) => state.scheme);
  const axis = useDesk(axisHere);
  const board = useDesk((state) => state.board?.device);
  const table = useDesk((state) => state.costTable?.table);
  const costed = useDesk((state) => state.boardCosted);
  const here = useDesk(contextOf);
  const [code, setCode] = useState<typeof import('../../store/device/axes')>();
  useEffect(() => {
    if (!isPlain(axis)) withCode(() => import('../../store/device/axes'), setCode);
  }, [axis]);
  return useCallback(
    (policy) => {
      if (isPlain(axis)) return costsOf(architecture, policy, scheme)[axis];
      return code?.costOnBoard(desk.getState(), axis, policy) ?? Number.NaN;
    },
    // The last ones change with what is read of the desk above.
    [architecture, scheme, axis, code, board, table, costed, here],
  );
}

/** Everything the plot shows but YOU. */
export function usePlotData(): PlotData {
  const architecture = useDesk((state) => state.architecture);
  const scheme = useDesk((state) => state.scheme);
  const axis = useDesk(axisHere);
  const costOf = useCostOf();
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
    const [leastCost] = axisRange(architecture, scheme, isPlain(axis) ? axis : 'memory');
    return plotData({ architecture, costOf, leastCost, ...known, estimate });
  }, [architecture, scheme, axis, costOf, measured, cloud, float, bare, isFloat, runs, predicted, room, estimator]);
}

/** Where YOU are; while a cost is on its way, where YOU were. */
export function useYou(): PlotPoint | undefined {
  const axis = useDesk(axisHere);
  const policy = useDesk((state) => state.policy);
  const known = useDesk(headline);
  const costOf = useCostOf();
  const last = useRef<{ readonly axis: string; readonly x: number }>(undefined);
  return useMemo(() => {
    const you = yourPoint({ costOf }, policy, known);
    if (you === undefined) return undefined;
    if (!Number.isNaN(you.x)) last.current = { axis, x: you.x };
    else if (last.current?.axis === axis) return { ...you, x: last.current.x };
    return Number.isNaN(you.x) ? undefined : you;
  }, [axis, costOf, policy, known]);
}

/** Finds the point of a policy whose accuracy is known: measured here, shipped, or else estimated. */
function useKnownPoint(): (policy: BitPolicy) => PlotPoint | undefined {
  const here = useDesk(contextOf);
  const costOf = useCostOf();
  const measured = useDesk(pointsHere);
  const cloud = useDesk(cloudHere);
  const estimator = useDesk(estimatorHere);
  return useCallback(
    (policy) => {
      const state = desk.getState();
      const frame = { costOf };
      if (Number.isNaN(costOf(policy))) return undefined;
      const isThis = (point: { readonly policy: BitPolicy }) => samePolicy(point.policy, policy);
      const own = measured.find(isThis)?.accuracy;
      if (own) return pointOf(frame, policy, own, 'measured');
      const shipped = cloud.find(isThis)?.accuracy;
      if (shipped) return pointOf(frame, policy, shipped, 'shipped');
      const guess = estimator && estimatedAccuracy(state, policy);
      return guess ? pointOf(frame, policy, guess, 'estimated') : undefined;
    },
    // `here` changes with what is read of the desk above.
    [here, costOf, measured, cloud, estimator],
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
