// A member of a pool in Node: a thread with a backend of its own.
import './gradients';
import { parentPort } from 'node:worker_threads';
import { chooseBackend } from '../engine/backend';
import { type MemberScope, serveMember } from '../pool/serveMember';

if (parentPort === null) throw new Error('This file is a thread of fewbits, not a program.');
const port = parentPort;
const scope: MemberScope = {
  onmessage: null,
  postMessage: (message, transfer) => port.postMessage(message, transfer as []),
};
port.on('message', (message) => scope.onmessage?.(message));
serveMember(scope, async (backend) => {
  const onFault = (error: Error) => {
    throw error;
  };
  return (await chooseBackend({ forced: backend, onFault })).device;
});
