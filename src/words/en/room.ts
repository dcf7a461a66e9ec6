// A live room.
import { count } from '../numbers';
import { words } from '../words';

export const room = words('room', {
  title: 'Room',
  about: 'With a name, what you measure appears on everybody’s plot. Without one you only watch.',
  state: {
    joining: 'Joining the room…',
    joined: (people: number) => `In the room: ${count(people)} ${people === 1 ? 'person' : 'people'} with a name.`,
    apart: 'The room is out of reach. Go on: everything here stays, and is shared again once it is back.',
    refused: 'Not in a room.',
  },
  refused:
    'The room could not be joined: the PIN or the leader’s key is wrong, the room is full, or its server has stopped. Everything else works. Reload the page to try again.',
  frozen: 'Please look up: whoever leads has something to show.',
  free: 'Go on.',
  freeze: 'Freeze everybody',
  unfreeze: 'Let everybody go on',
  send: 'Everybody to this desk',
  sent: 'Sent to everybody.',
  rank: 'Rank what the room measured',
  /** A computer whose owner has not said a name. */
  nameless: 'a computer without a name',
  measure: 'Let the room measure',
  /** What can: computers besides this one. */
  helpers: (computers: number) =>
    computers === 0
      ? 'No other computer of the room has this network and these images open. “Everybody to this desk” opens them.'
      : `${count(computers)} ${computers === 1 ? 'computer' : 'computers'} of the room can measure with this one. A sample of what they measure, and the choice, is measured here again.`,
  shares: (shares: readonly { readonly name: string; readonly count: number }[]) =>
    `Measured in the room: ${shares.map(({ name, count: configs }) => `${name} ${count(configs)}`).join(', ')}.`,
  differs: (name: string) =>
    `The result from ${name} differs from this computer’s. The others measure its configs again.`,
  help: 'Measure for the searches of whoever leads',
  helping: 'This computer measures what a search of whoever leads asks of it. In “Learn” you can stop that.',
  /** `batch`: the label of the option. */
  oneAtATime: (batch: string) => `MTGP asks for one config at a time, so the room has nothing to do. Raise “${batch}”.`,
  helped: (configs: number, now: boolean) =>
    `${now ? 'This computer measures for the room' : 'This computer has measured for the room'}: ${count(configs)} ${configs === 1 ? 'config' : 'configs'}.`,
  noEngine: 'The engine has stopped.',
  /** On the plot. */
  others: 'room',
  point: (by: string, config: string) => `${by}: ${config}`,
});
