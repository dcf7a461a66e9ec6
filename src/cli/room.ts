// `room`: the built page with a live room on the same port.
import { makeKey, makePin, openRoom } from '../node/room';
import { UsageError } from '../node/usageError';
import { flags } from './flags';
import { startServer } from './serve';
import { untilStopped } from './untilStopped';

/** PIN and key of the flags, or new ones. @throws UsageError if they are no digits, or too few or many. */
function readCodes() {
  const { pin = makePin(), key = makeKey() } = flags;
  if (!/^\d{4,12}$/.test(pin)) throw new UsageError(`--pin "${pin}" is no PIN of 4 to 12 digits.`);
  if (!/^\d{9,20}$/.test(key)) throw new UsageError(`--key "${key}" is no key of 9 to 20 digits.`);
  return { pin, key };
}

/** Opens the room of the flags; resolves with what a person has to know. */
export async function startRoom(site?: string) {
  const { pin, key } = readCodes();
  const served = await startServer(site);
  const room = await openRoom(served.server, { pin, key, keep: flags.keep }).catch(async (error) => {
    await served.close();
    throw error;
  });
  const links = served.urls.map((url) => `${url}?room=${pin}`);
  const said = [
    served.said.replace(/\n\nStop it with Ctrl\+C\.$/, ''),
    '',
    `The room is open, for at most 60 people. They join at   ${links.at(-1)}`,
    `You lead it at                                          ${links.at(-1)}&lead=${key}`,
    flags.keep === undefined
      ? 'Nothing is written to disk: what was measured is in the pages, which bring it back if this room is opened again.'
      : `What was measured is kept in ${flags.keep}.`,
    // With another PIN the open pages do not get in, and with another key none of them leads.
    `To open it again after a stop, with its open pages and whoever leads, add   --port ${served.port} --pin ${pin} --key ${key}`,
    '',
    'Stop it with Ctrl+C.',
  ].join('\n');
  const close = async () => {
    await room.close();
    await served.close();
  };
  return { urls: served.urls, port: served.port, links, key, said, close };
}

/** Runs the room until the process is told to stop. */
export async function runRoom() {
  const { urls, said, close } = await startRoom();
  console.log(said);
  await untilStopped();
  await close();
  return { urls };
}
