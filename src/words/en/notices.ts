// Bars over the page: faults, problems and hints, with their buttons.
import { count } from '../numbers';
import { words } from '../words';

const unreadable = (n: number, one: string, many: string) =>
  n === 1
    ? `One stored ${one} could not be read: it is damaged, or from another version of this page. Nothing else is affected.`
    : `${count(n)} stored ${many} could not be read: they are damaged, or from another version of this page. Nothing else is affected.`;

export const notices = words('notices', {
  dismiss: 'Dismiss',
  action: {
    restartEngine: 'Restart engine',
    restartWithoutGpu: 'Restart without the GPU',
    retryCode: 'Retry',
    retryNetwork: 'Retry',
    retryImages: 'Retry',
    retryShipped: 'Retry',
    retryComparison: 'Retry',
    reload: 'Reload the page',
    undo: 'Undo',
    update: 'Update',
    wait: 'Wait',
  },
  newVersion:
    'A new version of fewbits is ready. Updating reloads the page; the address keeps your network and its bits.',
  codeMissing: 'A part of the page could not be loaded. Check the connection.',
  insecure:
    'This page is not served over https, so the browser hides WebGPU from it: everything works, but networks may run more slowly. Open it over https (fewbits serve --https) or from http://localhost; docs/hosting.md says more.',
  linkProblems: 'Part of the link was not understood; everything else is shown.',
  linkAdvice: 'Check that the link is complete, or set these values yourself.',
  linkOwnNetwork: (name: string, layers: number) =>
    `This link uses a custom network, “${name}” (${count(layers)} layers). Links don’t include weights; ask the sender for the file. Everything else in the link is shown.`,
  openItsFile: 'Open the file…',
  unreadable: {
    search: (n: number) => unreadable(n, 'search', 'searches'),
    network: (n: number) => unreadable(n, 'network of your own', 'networks of your own'),
    training: (n: number) => unreadable(n, 'training run', 'training runs'),
  },
  download: 'Download',
  remove: 'Remove',
});
