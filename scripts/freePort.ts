// A port of this machine that nothing listens on.
import { createServer } from 'node:net';

/** Resolves with a free port of the loopback address; another program may take it before it is used. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') return reject(new Error('The server has no port.'));
      server.close(() => resolve(address.port));
    });
  });
}
