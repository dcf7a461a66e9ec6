// Pins: up to three policies of the network in use, kept to be compared with each other and with the faders.
import type { Measurement } from '../../engine/protocol/measuring';
import { type BitPolicy, samePolicy } from '../../graph/policy';
import { pins as words } from '../../words/en/pins';
import { contextOf, latest } from '../measure/selectors';
import { announce } from '../state/announce';
import { type Desk, desk } from '../state/desk';
import { PIN_NAMES, type Pin, type PinName, type PinnedMeasurement } from '../state/pins';
import { rememberStep, undoStateOf } from '../state/step';
import { setPolicy } from './actions';

/** The pin of the policy on the faders. */
export function pinHere({ pins, policy }: Desk): Pin | undefined {
  return pins.find((pin) => samePolicy(pin.policy, policy));
}

// The same object for the same measurement, so that it can be selected.
const pinnedOf = latest(
  ({ accuracy, predictions, flips }: Measurement, context: string): PinnedMeasurement => ({
    context,
    accuracy,
    predictions,
    flips,
  }),
);

/** The current measurement, once it is finished and of the policy on the faders. */
export function measuredNow(now: Desk): PinnedMeasurement | undefined {
  const { current, policy, network } = now;
  if (!current?.final || current.fingerprint !== network?.fingerprint || !samePolicy(current.policy, policy))
    return undefined;
  return pinnedOf(current, contextOf(now));
}

/** Pins the policy on the faders. */
export function pin(): void {
  pinPolicy(desk.getState().policy);
}

/** Pins a policy under the first free name; the last pin makes room when all are taken. `told`: the caller says so. */
export function pinPolicy(policy: BitPolicy, told = false): void {
  const now = desk.getState();
  if (now.pins.some((taken) => samePolicy(taken.policy, policy))) return;
  const name =
    PIN_NAMES.find((free) => now.pins.every((taken) => taken.name !== free)) ?? (PIN_NAMES.at(-1) as PinName);
  const measured = samePolicy(policy, now.policy) ? measuredNow(now) : undefined;
  const fresh: Pin = { name, policy, ...(measured && { measured }) };
  rememberStep(undoStateOf(now));
  desk.setState({ pins: [...now.pins.filter((old) => old.name !== name), fresh] });
  if (!told) announce(words.isPinned(name), true);
}

/** Removes a pin. */
export function unpin(name: PinName): void {
  const now = desk.getState();
  rememberStep(undoStateOf(now));
  desk.setState({ pins: now.pins.filter((old) => old.name !== name) });
}

/** Puts a pinned policy on the faders. */
export function loadPin(name: PinName): void {
  const found = desk.getState().pins.find((old) => old.name === name);
  if (found) setPolicy(found.policy);
}

/** Adds finished measurements to the pins of their policies. */
export function watchPins(): () => void {
  return desk.subscribe((now, before) => {
    if (now.current === before.current && now.pins === before.pins) return;
    const measured = measuredNow(now);
    const here = pinHere(now);
    if (measured === undefined || here === undefined) return;
    if (here.measured?.context === measured.context && here.measured.accuracy.n >= measured.accuracy.n) return;
    desk.setState({ pins: now.pins.map((pin) => (pin === here ? { ...here, measured } : pin)) });
  });
}
