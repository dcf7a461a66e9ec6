// The connection to Redis or Valkey, and the packages it takes, which are optional. An address may hold a password:
// what is printed of it is its host.
import { setTimeout } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { UsageError } from '../usageError';

/** Milliseconds that the first connection may take. */
const CONNECT_MS = 10_000;
/** Longest pause between attempts to connect again, in milliseconds. */
const RETRY_MS = 2000;

/** Seconds that taking leave may take; a server that is away gets no farewell. */
export const CLOSE_SECONDS = 3;

/** Resolves when `work` is done or failed, and after so many seconds at the latest. */
export async function withinSeconds(work: Promise<unknown>, seconds: number): Promise<void> {
  const late = new AbortController();
  await Promise.race([
    work.catch(() => {}),
    setTimeout(1000 * seconds, undefined, { signal: late.signal }).catch(() => {}),
  ]);
  late.abort();
}

/** The packages of a queue. @throws UsageError naming them if one is missing. */
export async function queuePackages() {
  try {
    const [bullmq, ioredis] = await Promise.all([import('bullmq'), import('ioredis')]);
    return { ...bullmq, Redis: ioredis.Redis };
  } catch (error) {
    throw new UsageError(
      `A queue takes the packages bullmq and ioredis; install them with: npm install bullmq@6 ioredis@5 (${(error as Error).message})`,
    );
  }
}

/** An address of `--queue`. @throws UsageError, which does not repeat the address. */
function parseAddress(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !['redis:', 'rediss:'].includes(url.protocol) || url.hostname === '')
    throw new UsageError(
      '--queue is no address of Redis or Valkey; say redis://HOST:6379, or rediss://USER:PASSWORD@HOST:6380 with TLS.',
    );
  if (!/^\/?\d*$/.test(url.pathname))
    throw new UsageError('--queue: after the port, the address can name a database, as in redis://HOST:6379/1.');
  return url;
}

/** An address without user and password. */
export function addressInWords(address: string): string {
  const { protocol, host, pathname } = parseAddress(address);
  return `${protocol}//${host}${pathname === '/' ? '' : pathname}`;
}

/** Why Redis refuses or does not answer, with what to do. */
function reason(error: Error & { readonly code?: string }): string {
  const { code, message } = error;
  if (/NOAUTH|WRONGPASS|invalid password|without any password/.test(message))
    return 'it does not take this user and password; put those of the server into the address';
  if (code === 'ECONNREFUSED') return 'nothing listens there; start redis-server or valkey-server, or mend the port';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'there is no such host; mend the name';
  if (/certificate|self.signed|SSL|TLS/i.test(`${code} ${message}`))
    return `TLS fails (${code ?? message}); name the authority of the certificate by NODE_EXTRA_CA_CERTS`;
  return `${message}; check host, port, and redis:// against rediss://`;
}

/**
 * Connects; later losses of the connection are waited out.
 * @throws UsageError for an address that is none or does not answer as Redis, without user and password.
 */
export async function connect(address: string): Promise<Redis> {
  const shown = addressInWords(address);
  const { Redis } = await queuePackages();
  let isConnected = false;
  let last: Error | undefined;
  const redis = new Redis(address, {
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    // BullMQ needs commands to wait for a connection rather than fail.
    maxRetriesPerRequest: null,
    retryStrategy: (times) => (isConnected ? Math.min(100 * times, RETRY_MS) : null),
  });
  redis.on('error', (error) => {
    last = error;
  });
  const late = AbortSignal.timeout(CONNECT_MS);
  try {
    await Promise.race([
      redis.connect().then(() => redis.ping()),
      new Promise((_, reject) => late.addEventListener('abort', () => reject(new Error('it does not answer')))),
    ]);
  } catch (error) {
    redis.disconnect();
    throw new UsageError(`The queue at ${shown} cannot be used: ${reason(last ?? (error as Error))}.`);
  }
  isConnected = true;
  return redis;
}
