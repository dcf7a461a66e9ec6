// The service worker of the built page: keeps the site for visits without a network. What a first visit computes with is kept
// at once; the weights of larger networks are kept when they are first used. A new version of the site is kept beside the
// one in use and waits until a person asks for it. scripts/build/offline.ts bundles it and fills in the files.
/// <reference lib="webworker" />
import { clientsClaim } from 'workbox-core';
import { cleanupOutdatedCaches, PrecacheController, PrecacheRoute, precacheAndRoute } from 'workbox-precaching';
import { registerRoute } from 'workbox-routing';
import type { SiteFiles } from './siteFiles';

declare const self: ServiceWorkerGlobalScope;
declare const SITE_FILES: SiteFiles;

// The page reads its parameters itself: the answer is the same file for all of them.
const options = { ignoreURLParametersMatching: [/./] };

precacheAndRoute([...SITE_FILES.atOnce], options);
cleanupOutdatedCaches();

// Caches are shared by all sites of an origin, as on GitHub Pages: the scope tells them apart.
const onUse = new PrecacheController({ cacheName: `fewbits-on-use-${self.registration.scope}` });
// Files with an integrity are kept when a page asks for them; only `install`, which is not called, would fetch them before.
onUse.addToCacheList([...SITE_FILES.onUse]);
registerRoute(new PrecacheRoute(onUse, options));
self.addEventListener('activate', (event) => onUse.activate(event));

// Also for the page that has registered it, so that its weights are kept from the first visit on.
clientsClaim();
self.addEventListener('message', ({ data }) => {
  if (data?.type === 'SKIP_WAITING') void self.skipWaiting();
});
