// The built site on its own server, for tests that need other answers than the shared one gives: the browser does not
// let a test intercept requests of a worker's own worker.
import { fileURLToPath } from 'node:url';
import { listen, siteHandler } from '../src/node/siteServer';

const DIST = fileURLToPath(new URL('../dist/', import.meta.url));

interface Site {
  /** Sent with every response. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Paths that answer 404. */
  readonly missing?: RegExp;
}

/** Serves the site at the address that it returns. */
export async function serveSite({ headers, missing }: Site): Promise<{ readonly url: string; close(): Promise<void> }> {
  const serve = siteHandler(DIST, headers);
  const { port, close } = await listen(
    (request, answer) => {
      if (missing?.test(request.url ?? '')) answer.writeHead(404, headers).end();
      else serve(request, answer);
    },
    { host: '127.0.0.1', port: 0 },
  );
  return { url: `http://127.0.0.1:${port}/`, close };
}
