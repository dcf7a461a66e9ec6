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
    'Not served over https: everything works, but the GPU stays unused, the page is not kept for use without a network, and links are copied by Ctrl+C. `fewbits serve --https` or `fewbits room --https` changes that.',
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
        'Open the page; one drag together on the projector: lower the largest layer, watch which images are lost.',
        'Lesson 1. Ask for a few guesses aloud before they are locked.',
        'Lesson 2. Collect: which layer surprised you, and why might it be so sensitive?',
        'Lesson 3.',
        'Challenge of the day. Everybody hands in a link; rank them on the projector.',
        'Load the winner, then the search’s best. What would you deploy, and what would you check first?',
      ],
    },
    long: {
      title: '90 minutes',
      rows: [
        'Open the page; one drag together on the projector.',
        'Lesson 1: what is a bit?',
        'Lesson 2: not all layers are equal.',
        'Lesson 3: spend a budget.',
        'Lesson 4: let the machine search. Compare its front with what people found by hand.',
        'Break.',
        'Lesson 5: train for it, or round better.',
        'Lesson 6: how small can it get?',
        'Two challenges: the most accurate of a size, then the smallest that loses a point. Rank, load, discuss.',
        'Export the winner as ONNX. Which device would run it, and what is lost on the way?',
      ],
    },
  },

  numbers: 'Numbers to expect',
  numbersAbout:
    'Accuracy on all test images with the pretrained weights, all layers at one width and activations at 8 bits, with 95 % intervals. Another device may differ by an image or two.',
  imagesOf: (n: string) => `n = ${n}`,
  numbersOf: (network: string, fingerprint: string) => `${network}, weights ${fingerprint}`,
  width: 'Weights',
  float: 'float',
  bits: (bits: number) => (bits === 1 ? '1 bit' : `${count(bits)} bits`),
  interval: ({ lower, upper }: { readonly lower: number; readonly upper: number }) =>
    `${percent(lower)} to ${percent(upper)} %`,
  noNumbers: (why: string) => `The precomputed numbers could not be loaded: ${why}`,

  answers: 'Answer key',
  answersAbout:
    'Each lesson measures in the browser in front of you and compares the guess with it; a finished lesson (✓ in the tab Learn) is the answer. For grading on paper there is a key below, with the numbers to expect.',

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
  linkJoins: 'Join this live room',
  linkLabel: 'Link',
  linkCopied: 'Link copied.',
  linkCode: 'QR code of the link for the room',
  rankAbout: 'For a challenge, open its link yourself and press “Rank hand-ins” in the tab Learn.',

  papers: {
    title: 'Slides and handouts',
    about:
      'One HTML file each, made from the lessons, the expected numbers and the link above. It needs no network and opens from a USB stick. Slides turn by arrow keys and swipes; print one to get a PDF with a page per slide.',
    kinds: { slides: 'Slides', handout: 'Handout to print', key: 'Answer key' },
    saved: 'Saved.',
    fileName: (kind: string, agenda: string, language: string) =>
      `fewbits-${kind}-${agenda === 'short' ? 45 : 90}min-${language}.html`,
    license: 'Texts of the lessons: fewbits, CC BY 4.0 (creativecommons.org/licenses/by/4.0).',
    open: 'Open this address, or scan the code.',
    end: 'Thank you. What would you deploy?',
    turn: 'Slides',
    expect: (value: string, interval: string) => `Expected: ${value} (${interval})`,
    exactly: (value: string) => `${value}, counted exactly`,
    measureHere: 'Measured in the room: each browser shows its own number.',
    row: (width: string, accuracy: string, interval: string, n: string) =>
      `${width}: ${accuracy} % (${interval}, n = ${n})`,
    name: 'Name',
    handoutAbout: 'Write down your guess before you lock it, then what your browser measures.',
    guess: 'My guess',
    measured: 'Measured',
    key: 'Answer key',
    keyAbout: 'Not for participants. Expected numbers hold for the pretrained weights, with 95 % confidence.',
  },
});
