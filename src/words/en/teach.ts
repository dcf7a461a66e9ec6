// The wide view "Teach": the room, the plan, the numbers to expect, and links.
import { count, fixed, percent, upTo } from '../numbers';
import { words } from '../words';

export const teach = words('teach', {
  title: 'Teach',
  open: 'For teachers',
  close: 'Close',
  print: 'Print',
  about:
    'Everything runs in the browsers of the room: no accounts, no server that computes, nothing uploaded. Phones and old laptops can take part.',

  room: 'Prepare this room',
  roomAbout: 'Open this view on one of the machines of the room, at the address that people will use.',
  ok: 'ready',
  mind: 'note',
  secure: 'Address',
  secureYes: 'A secure context: GPUs, keeping the page, and copying work.',
  secureNo:
    'Not served over https: everything works, but the GPU stays unused, the page is not kept for use without a network, and links are copied by Ctrl+C. `fewbits serve --https` changes that.',
  kept: 'Without a network',
  keptYes: (files: number, megabytes: number) =>
    `This machine keeps the page: ${count(files)} files, ${fixed(megabytes, 1)} MB. Once opened, it needs no network.`,
  keptSoon: 'Not kept yet. At a first visit this takes a moment; some private windows never keep a page.',
  keptNo: 'The page is not kept here: each reload needs the network.',
  keepMore: (megabytes: number) => `Keep the weights of all networks (${fixed(megabytes, 1)} MB)`,
  keeping: 'Fetching the weights…',
  keptAll: 'The weights of all networks are kept.',
  keepFailed: (why: string) => `Not all weights could be fetched: ${why}`,
  storage: 'Storage',
  storageFree: (megabytes: number) => `${count(megabytes)} MB are free for this page: enough for weights and searches.`,
  storageLow: (megabytes: number) =>
    `Only ${count(megabytes)} MB are free for this page; trained weights may not be kept.`,
  storageUnknown: 'This browser does not tell how much it can store.',
  machine: 'Computing',
  machineSays: (device: string, cores: number) => `${device}; ${count(cores)} cores.`,
  speed: 'Speed',
  speedSays: (imagesPerSecond: number, seconds: number) =>
    `${count(imagesPerSecond)} images per second with the network in use: measuring a config takes about ${upTo(seconds, seconds < 2 ? 1 : 0)} s.`,
  speedSlow: 'Choose Tiny for this machine.',
  speedWaits: 'Measured as soon as the network in use was measured once.',
  demo: 'Demo search',
  demoSays: (images: number, seconds: number) =>
    `A search of ${count(images)} images takes about ${count(seconds)} s here.`,

  plan: 'Plan',
  minutes: 'Minutes',
  what: 'What',
  agendas: {
    short: {
      title: '45 minutes',
      rows: [
        [3, 'Open the page; one drag together on the projector: lower the largest layer, watch which images are lost.'],
        [8, 'Lesson 1. Ask for a few guesses aloud before they are locked.'],
        [8, 'Lesson 2. Collect: which layer surprised you, and why might it be so sensitive?'],
        [8, 'Lesson 3.'],
        [13, 'Challenge of the day. Everybody hands in a link; rank them on the projector.'],
        [5, 'Load the winner, then the search’s best. What would you deploy, and what would you check first?'],
      ],
    },
    long: {
      title: '90 minutes',
      rows: [
        [5, 'Open the page; one drag together on the projector.'],
        [9, 'Lesson 1: what is a bit?'],
        [9, 'Lesson 2: not all layers are equal.'],
        [9, 'Lesson 3: spend a budget.'],
        [9, 'Lesson 4: let the machine search. Compare its front with what people found by hand.'],
        [5, 'Break.'],
        [9, 'Lesson 5: train for it, or round better.'],
        [9, 'Lesson 6: how small can it get?'],
        [18, 'Two challenges: the most accurate of a size, then the smallest that loses a point. Rank, load, discuss.'],
        [8, 'Export the winner as ONNX. Which device would run it, and what is lost on the way?'],
      ],
    },
  },

  numbers: 'Numbers to expect',
  numbersAbout: (images: number) =>
    `Accuracy with the shipped weights, all layers at one width and activations at 8 bits, precomputed on ${count(images)} test images with 95 % intervals. What people measure here is on other counts of images, so expect the same within the intervals.`,
  numbersOf: (network: string, fingerprint: string) => `${network}, weights ${fingerprint}`,
  width: 'Weights',
  float: 'float',
  bits: (bits: number) => (bits === 1 ? '1 bit' : `${count(bits)} bits`),
  interval: ({ lower, upper }: { readonly lower: number; readonly upper: number }) =>
    `${percent(lower)} to ${percent(upper)} %`,
  noNumbers: (why: string) => `The precomputed numbers could not be loaded: ${why}`,

  answers: 'Answer key',
  answersAbout:
    'There is no sheet of right numbers: each lesson measures in the browser in front of you, and compares the guess with it. A check question opens when the desk is as asked, so a finished lesson (✓ in the tab Learn) is the answer.',

  links: 'Links to give away',
  linksAbout:
    'Set what everybody starts from, what is left out, and what is the same for all. The code can be scanned from the projector. Everybody can show the hidden parts again with one click.',
  startWith: 'Start with',
  freely: 'a network at 8 bits',
  fromDesk: 'what is on this desk now',
  linkNetwork: 'Network',
  linkChallenge: 'Challenge',
  noChallenge: 'none',
  linkHides: 'Hide',
  linkNeeds: 'the lesson uses it',
  linkFixes: 'Fix the seed of searches, training and the challenge of the day',
  linkSeed: 'Seed',
  linkProjected: 'Open in projector view',
  linkLabel: 'Link',
  linkCopied: 'Link copied.',
  linkCode: 'QR code of the link for the room',
  rankAbout: 'For a challenge, open its link yourself and press “Rank hand-ins” in the tab Learn.',
});
