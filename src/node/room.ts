// A live room: what people measure, in one shared document, over sockets on the port of the page. Nobody has an account; a PIN
// lets in, a second key leads. Nothing is written to disk unless a folder is named. What is held is in docs/privacy.md.
import { randomInt, timingSafeEqual } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import type { IncomingMessage, Server } from 'node:http';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { UsageError } from './usageError';

/** What a room allows. */
export const ROOM_LIMITS = {
  people: 60,
  /** Bytes of a message, and of the whole document. */
  message: 64 * 1024,
  document: 4 * 1024 * 1024,
  /** Messages of one connection in ten seconds. */
  rate: 200,
  /** Wrong PINs of one address in a minute. */
  guesses: 10,
} as const;

/** Messages: those of y-websocket, and what whoever leads says to all. */
const SYNC = 0;
const AWARENESS = 1;
const QUERY_AWARENESS = 3;
const LEAD = 4;

const FILE = 'room.bin';
const KEEP_EVERY = 2000;
const PING_EVERY = 20_000;

export interface RoomOptions {
  /** What participants enter; digits. */
  readonly pin: string;
  /** What makes a connection lead. */
  readonly key: string;
  /** Folder in which the document is kept. */
  readonly keep?: string | undefined;
}

export interface Room {
  /** Connections. */
  people(): number;
  close(): Promise<void>;
}

/** A PIN of four digits, or a key of nine. */
export const makePin = (): string => String(randomInt(10_000)).padStart(4, '0');
export const makeKey = (): string => String(randomInt(1e9)).padStart(9, '0');

/** The packages of a room, which are optional. @throws UsageError naming them if one is missing. */
async function packages() {
  try {
    const [ws, Y, sync, awareness, encoding, decoding] = await Promise.all([
      import('ws'),
      import('yjs'),
      import('y-protocols/sync'),
      import('y-protocols/awareness'),
      import('lib0/encoding'),
      import('lib0/decoding'),
    ]);
    return { ws, Y, sync, awareness, encoding, decoding };
  } catch (error) {
    throw new UsageError(
      `A room takes the packages ws, yjs, y-protocols and lib0; install them with: npm install ws yjs@13 y-protocols lib0 (${(error as Error).message})`,
    );
  }
}

const isSame = (a: string, b: string) => a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

/** Whether a page of this server asks; browsers always say which page does. */
function isOwnPage({ headers }: IncomingMessage): boolean {
  const { origin, host } = headers;
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === host);
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`);
}

function rethrow(error: Error): never {
  throw error;
}

/** Opens a room on a server that serves the page, at `/room/desk?pin=PIN[&key=KEY]`. */
export async function openRoom(server: Server, { pin, key, keep }: RoomOptions): Promise<Room> {
  const { ws, Y, sync, awareness, encoding, decoding } = await packages();
  const doc = new Y.Doc();
  const presence = new awareness.Awareness(doc);
  presence.setLocalState(null);
  const sockets = new ws.WebSocketServer({ noServer: true, maxPayload: ROOM_LIMITS.message });
  /** The ids by which each connection is present. */
  const present = new Map<WebSocket, Set<number>>();
  /** What whoever leads said last, for those who come later. */
  let led: Uint8Array | undefined;

  const send = (socket: WebSocket, message: Uint8Array) => {
    if (socket.readyState === socket.OPEN) socket.send(message);
  };
  const sendAll = (message: Uint8Array, but?: unknown) => {
    for (const socket of present.keys()) if (socket !== but) send(socket, message);
  };
  const written = (kind: number, write: (to: ReturnType<typeof encoding.createEncoder>) => void) => {
    const to = encoding.createEncoder();
    encoding.writeVarUint(to, kind);
    write(to);
    return encoding.toUint8Array(to);
  };

  let stored: ReturnType<typeof setTimeout> | undefined;
  const path = keep === undefined ? undefined : join(keep, FILE);
  if (path !== undefined) {
    const bytes = await readFile(path).catch(() => undefined);
    if (bytes !== undefined) Y.applyUpdate(doc, bytes);
  }
  const store = async (): Promise<void> => {
    stored = undefined;
    if (path === undefined) return;
    await writeFile(`${path}.new`, Y.encodeStateAsUpdate(doc));
    await rename(`${path}.new`, path);
  };
  doc.on('update', (update, from) => {
    sendAll(
      written(SYNC, (to) => sync.writeUpdate(to, update)),
      from,
    );
    if (path !== undefined)
      stored ??= setTimeout(() => void store().catch((error: Error) => console.error(error.message)), KEEP_EVERY);
  });
  presence.on(
    'update',
    ({ added, updated, removed }: Record<'added' | 'updated' | 'removed', number[]>, from: unknown) => {
      const own = present.get(from as WebSocket);
      for (const id of added) own?.add(id);
      for (const id of removed) own?.delete(id);
      const changed = [...added, ...updated, ...removed];
      sendAll(
        written(AWARENESS, (to) => encoding.writeVarUint8Array(to, awareness.encodeAwarenessUpdate(presence, changed))),
      );
    },
  );

  function take(socket: WebSocket, leads: boolean, message: Uint8Array): void {
    const from = decoding.createDecoder(message);
    const kind = decoding.readVarUint(from);
    if (kind === SYNC) {
      const reply = written(SYNC, (to) => sync.readSyncMessage(from, to, doc, socket, rethrow));
      if (reply.length > 1) send(socket, reply);
    } else if (kind === AWARENESS) awareness.applyAwarenessUpdate(presence, decoding.readVarUint8Array(from), socket);
    else if (kind === QUERY_AWARENESS) greet(socket);
    else if (kind === LEAD && leads) {
      led = message;
      sendAll(message, socket);
    } else socket.close(1003, 'not understood');
  }

  function greet(socket: WebSocket): void {
    const ids = [...presence.getStates().keys()];
    if (ids.length > 0)
      send(
        socket,
        written(AWARENESS, (to) => encoding.writeVarUint8Array(to, awareness.encodeAwarenessUpdate(presence, ids))),
      );
  }

  /** Bytes since the document was last measured, with its size then. */
  let received = 0;
  function welcome(socket: WebSocket, leads: boolean): void {
    present.set(socket, new Set());
    let [alive, count] = [true, 0];
    const pace = setInterval(() => {
      count = 0;
    }, 10_000);
    const ping = setInterval(() => {
      if (!alive) return socket.terminate();
      alive = false;
      socket.ping();
    }, PING_EVERY);
    socket.on('pong', () => {
      alive = true;
    });
    socket.on('message', (data: Buffer) => {
      if (++count > ROOM_LIMITS.rate) return socket.close(1008, 'too many messages');
      received += data.length;
      if (received > ROOM_LIMITS.document) {
        received = Y.encodeStateAsUpdate(doc).length;
        if (received > ROOM_LIMITS.document) return socket.close(1009, 'the room is full');
      }
      try {
        take(socket, leads, new Uint8Array(data));
      } catch {
        socket.close(1003, 'not understood');
      }
    });
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      clearInterval(pace);
      clearInterval(ping);
      const ids = [...(present.get(socket) ?? [])];
      present.delete(socket);
      awareness.removeAwarenessStates(presence, ids, null);
    });
    send(
      socket,
      written(SYNC, (to) => sync.writeSyncStep1(to, doc)),
    );
    greet(socket);
    if (led !== undefined) send(socket, led);
  }

  const guesses = new Map<string, number>();
  const forgive = setInterval(() => guesses.clear(), 60_000);
  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://room');
    const who = request.socket.remoteAddress ?? '';
    const wrong = guesses.get(who) ?? 0;
    if (pathname !== '/room/desk') return refuse(socket, '404 Not Found');
    if (!isOwnPage(request)) return refuse(socket, '403 Forbidden');
    if (wrong >= ROOM_LIMITS.guesses) return refuse(socket, '429 Too Many Requests');
    const asked = searchParams.get('key');
    // Whoever comes with a wrong key would see buttons that do nothing.
    if (!isSame(searchParams.get('pin') ?? '', pin) || (asked !== null && !isSame(asked, key))) {
      guesses.set(who, wrong + 1);
      return refuse(socket, '401 Unauthorized');
    }
    if (present.size >= ROOM_LIMITS.people) return refuse(socket, '503 Service Unavailable');
    sockets.handleUpgrade(request, socket, head, (opened) => welcome(opened, asked !== null));
  };
  server.on('upgrade', upgrade);
  return {
    people: () => present.size,
    close: async () => {
      server.off('upgrade', upgrade);
      clearInterval(forgive);
      for (const socket of present.keys()) socket.terminate();
      if (stored !== undefined) clearTimeout(stored);
      await store();
      sockets.close();
      presence.destroy();
    },
  };
}
