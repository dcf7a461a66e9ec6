// The flags of commands that serve others: the page, rooms, and searches on many machines.

export const serving = {
  host: {
    takes: 'NAME',
    help: 'address to listen at; 0.0.0.0 for all, so that other devices on the network reach it (localhost)',
  },
  port: { takes: 'N', help: 'port to listen at; 0 for any free one (8080)' },
  https: { help: 'with a certificate made on the spot, of which browsers warn' },
  embed: { takes: 'ORIGIN', help: 'a site that may show the page in a frame (docs/embedding/README.md)' },
  isolate: { help: 'cross-origin isolated (COOP and COEP)' },
} as const;

/** Live rooms. */
export const meeting = {
  pin: { takes: 'DIGITS', help: 'PIN of the room (a new one)' },
  key: { takes: 'DIGITS', help: 'key of whoever leads the room (a new one)' },
  keep: { takes: 'DIR', help: 'folder in which what the room measured is kept' },
} as const;

/** Searches on many machines. */
export const queueing = {
  queue: {
    takes: 'URL',
    help: 'Redis or Valkey through which searches hand configs to workers on other machines: redis://HOST:6379, rediss://USER:PASSWORD@HOST:6380 with TLS (docs/many-machines.md)',
  },
  quiet: { help: 'no lines of progress on standard error' },
} as const;

export const working = {
  name: { takes: 'TEXT', help: 'of the worker, as searches show it (the host and the process)' },
  patience: {
    takes: 'SECONDS',
    help: 'without a sign of life, after which its job goes to another worker (30); more for large networks on slow machines',
  },
} as const;
