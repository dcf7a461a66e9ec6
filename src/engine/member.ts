// A member of the page's pool: the engine's own script in another worker. Nothing more has to be loaded, kept for visits
// without a network, or allowed.
/// <reference lib="webworker" />
import type { FromMember, MemberBackend, MemberPort, ToMember } from '../pool/messages';
import { type MemberScope, serveMember } from '../pool/serveMember';
import { type BackendOptions, chooseBackend } from './backend';

/** The name of a worker that is a member. */
const NAME = 'fewbits member';

/** True in a worker that is a member. */
export const isMember = (): boolean => self.name === NAME;

/** Starts a member. @throws Error if no worker may be started. */
export function spawnMember(): MemberPort {
  const worker = new Worker(self.location.href, { type: 'module', name: NAME });
  const port: MemberPort = {
    onmessage: null,
    onend: null,
    postMessage: (message, transfer) => worker.postMessage(message, transfer),
    terminate: () => worker.terminate(),
  };
  worker.onmessage = ({ data }: MessageEvent<FromMember>) => port.onmessage?.(data);
  worker.onerror = (event) => {
    event.preventDefault();
    port.onend?.(event.message ? { why: 'failed', detail: event.message } : { why: 'script not loaded' });
  };
  worker.onmessageerror = () => port.onend?.({ why: 'unreadable' });
  return port;
}

/** Serves the engine that started this worker. */
export function serveAsMember(wasm: BackendOptions['wasm'] & {}): void {
  const scope: MemberScope = {
    onmessage: null,
    postMessage: (message, transfer) => self.postMessage(message, transfer),
  };
  self.onmessage = ({ data }: MessageEvent<ToMember>) => scope.onmessage?.(data);
  serveMember(scope, async (backend: MemberBackend) => {
    const onFault = (error: Error) => {
      // Outside of any promise, so that the engine hears of it.
      setTimeout(() => {
        throw error;
      });
    };
    return (await chooseBackend({ forced: backend, wasm, onFault })).device;
  });
}
