// A live room (src/node/room.ts): this page's measured configs go into a document that all pages of the room share, and
// theirs come out of it. Without the room everything here goes on; joined again, pages bring along what they hold.
import { readVarString } from 'lib0/decoding';
import { createEncoder, toUint8Array, writeVarString, writeVarUint } from 'lib0/encoding';
import { WebsocketProvider } from 'y-websocket';
import { Doc } from 'yjs';
import { room as words } from '../../words/en/room';
import { addHandIns } from '../challenges/handIns';
import { shareLink } from '../link/address';
import { readLink, writeLink } from '../link/link';
import { announce, showProblem } from '../state/announce';
import { desk } from '../state/desk';
import type { Room } from '../state/room';
import { showTab } from '../state/view';
import { firstCrew, shareWork } from './crew';
import { pointsToShare, readPoints, type SharedPoint } from './points';
import type { CrewLead } from './tasks';

/** What whoever leads says to all; the number is the server's. */
const LEAD = 4;
interface Lead {
  readonly frozen: boolean;
  /** What follows `#` in the address of a desk that everybody is to have, and its number. */
  readonly desk?: { readonly fragment: string; readonly number: number };
  /** The search that everybody is to measure for. */
  readonly crew?: CrewLead;
}

/** Ends of a connection after which it is not tried again at once. */
const PATIENCE = 3;

let provider: WebsocketProvider | undefined;
let led: Lead = { frozen: false };
/** The number of the last desk that was opened here. */
let opened = 0;

function set(change: Partial<Room>): void {
  const { room } = desk.getState();
  if (room !== null) desk.setState({ room: { ...room, ...change } });
}

/** Joins the room of the server that this page came from. `key` makes it lead. */
export function joinRoom(pin: string, key: string | null): void {
  desk.setState({
    room: { state: 'joining', leads: key !== null, people: [], points: [], frozen: false, crew: firstCrew() },
  });
  // Where the name is entered.
  if (desk.getState().by === '') showTab('learn');
  const server = new URL('room', location.href.replace(/[?#].*/, ''));
  server.protocol = server.protocol.replace('http', 'ws');
  const doc = new Doc();
  const shared = doc.getMap<SharedPoint>('points');
  const params = { pin, ...(key !== null && { key }) };
  const joined = new WebsocketProvider(server.href, 'desk', doc, { params, disableBc: true });
  provider = joined;

  let failures = 0;
  joined.on('status', ({ status }) => {
    if (status === 'connected') {
      failures = 0;
      set({ state: 'joined' });
      if (key !== null) sendLead();
    }
    if (status === 'disconnected') set({ state: 'apart', frozen: false, people: [] });
  });
  joined.on('connection-error', () => {
    // Browsers do not tell a wrong PIN from a server that is gone.
    if (++failures !== PATIENCE || desk.getState().room?.points.length !== 0) return;
    set({ state: 'refused' });
    showProblem(words.refused);
  });
  const hear = shareWork(joined, doc, key !== null, (crew) => {
    const { crew: _, ...rest } = led;
    led = crew ? { ...rest, crew } : rest;
    sendLead();
  });
  joined.messageHandlers[LEAD] = (_, decoder) => {
    const said = follow(readVarString(decoder));
    hear(said?.crew);
  };

  const { awareness } = joined;
  awareness.on('change', () => {
    const names = [...awareness.getStates().values()].map(({ name }) => name);
    set({ people: names.filter((name): name is string => typeof name === 'string' && name !== '') });
  });

  const mine = `${doc.clientID}/`;
  const share = () => {
    for (const point of pointsToShare(desk.getState())) {
      const name = mine + point.link;
      if (shared.get(name)?.n !== point.n) shared.set(name, point);
    }
  };
  const read = () => set({ points: readPoints(shared.values(), desk.getState()) });
  shared.observe(read);
  const say = () => awareness.setLocalStateField('name', desk.getState().by.trim());
  desk.subscribe((now, before) => {
    if (now.by !== before.by) say();
    if (now.measured !== before.measured || now.by !== before.by || now.network !== before.network) share();
    if (now.network !== before.network || now.scheme !== before.scheme || now.by !== before.by) read();
  });
  say();
  share();
}

/** Does what whoever leads says. */
function follow(text: string): Lead | undefined {
  let said: Lead;
  try {
    said = JSON.parse(text);
  } catch {
    return undefined;
  }
  const isFrozen = said.frozen === true;
  if (isFrozen !== desk.getState().room?.frozen) announce(isFrozen ? words.frozen : words.free);
  set({ frozen: isFrozen });
  openDesk(said);
  return said;
}

/** Opens the desk that everybody is to have, once. */
function openDesk(said: Lead): void {
  if (typeof said.desk?.fragment !== 'string' || said.desk.number === opened) return;
  opened = said.desk.number;
  const { state } = readLink(said.desk.fragment);
  const { by, tab, projected } = desk.getState();
  // As a link that is opened: one undo step. Who somebody is, and where they are looking, stays theirs.
  if (state !== null) location.hash = writeLink({ ...state, by, tab, projected });
}

function sendLead(): void {
  const socket = provider?.ws;
  if (!provider?.wsconnected || !socket) return;
  const to = createEncoder();
  writeVarUint(to, LEAD);
  writeVarString(to, JSON.stringify(led));
  socket.send(toUint8Array(to));
}

/** Asks everybody to look up, or lets them go on. */
export function freeze(frozen: boolean): void {
  led = { ...led, frozen };
  set({ frozen });
  sendLead();
}

/** Sets the desks of all others as this one is. */
export function sendDesk(): void {
  const now = desk.getState();
  const link = shareLink(now);
  led = { ...led, desk: { fragment: link.slice(link.indexOf('#') + 1), number: Date.now() } };
  opened = led.desk?.number ?? 0;
  sendLead();
  announce(words.sent);
}

/** Takes what the room has measured for the challenge as hand-ins, each to be measured here. */
export function rankRoom(): void {
  addHandIns((desk.getState().room?.points ?? []).map(({ link }) => link));
}
