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
    'The room could not be joined: the PIN is wrong, the room is full, or its server has stopped. Everything else works. Reload the page to try again.',
  frozen: 'Please look up: whoever leads has something to show.',
  free: 'Go on.',
  freeze: 'Freeze everybody',
  unfreeze: 'Let everybody go on',
  send: 'Everybody to this desk',
  sent: 'Sent to everybody.',
  rank: 'Rank what the room measured',
  /** On the plot. */
  others: 'room',
  point: (by: string, config: string) => `${by}: ${config}`,
});
