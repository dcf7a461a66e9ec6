// A voice made of a few formulas, which says made-up words: pulses of a throat and noise, shaped by the resonances (formants) of a
// mouth that moves from one sound to the next. A small relative of the synthesizer of D. Klatt, "Software for a cascade/parallel
// formant synthesizer", 1980. It is no recording of anyone, and nobody would take it for one.
import type { Rng } from '../math/rng';
import { RATE } from './cepstra';

/** How the mouth stands for a sound. */
interface Phone {
  /** Frequencies of the first three resonances, hertz. */
  readonly formants: readonly [number, number, number];
  /** Seconds at middle speed. */
  readonly seconds: number;
  /** Strength of the voice, 0 ... 1. */
  readonly voice: number;
  /** Hiss: its strength, the middle of its band and its width in hertz. */
  readonly hiss?: readonly [strength: number, center: number, width: number];
}

const vowel = (...formants: [number, number, number]): Phone => ({ formants, seconds: 0.13, voice: 1 });
const nasal = (...formants: [number, number, number]): Phone => ({ formants, seconds: 0.075, voice: 0.35 });
const glide = (...formants: [number, number, number]): Phone => ({ formants, seconds: 0.08, voice: 0.6 });
const stop = (formants: [number, number, number], voice: number, center: number): Phone => ({
  formants,
  seconds: 0.075,
  voice,
  hiss: [voice > 0 ? 0.12 : 0.3, center, 1200],
});

// Vowels after G. Peterson and H. Barney, "Control methods used in a study of the vowels", 1952; the others are rough.
const PHONES = {
  a: vowel(730, 1090, 2440),
  e: vowel(530, 1840, 2480),
  i: vowel(270, 2290, 3010),
  o: vowel(570, 840, 2410),
  u: vowel(300, 870, 2240),
  m: nasal(250, 1000, 2200),
  n: nasal(250, 1550, 2600),
  l: glide(360, 1250, 2850),
  r: glide(350, 1080, 1520),
  w: glide(300, 610, 2200),
  b: stop([220, 850, 2200], 0.12, 900),
  d: stop([220, 1700, 2600], 0.12, 3200),
  g: stop([220, 2000, 2300], 0.12, 1900),
  p: stop([300, 850, 2200], 0, 900),
  t: stop([300, 1700, 2600], 0, 3600),
  k: stop([300, 2000, 2300], 0, 1900),
  f: { formants: [300, 1100, 2200], seconds: 0.1, voice: 0, hiss: [0.1, 3000, 6000] },
  s: { formants: [300, 1600, 2600], seconds: 0.11, voice: 0, hiss: [0.35, 5200, 1800] },
  z: { formants: [280, 1600, 2600], seconds: 0.09, voice: 0.25, hiss: [0.2, 5200, 1800] },
  sh: { formants: [300, 1800, 2500], seconds: 0.11, voice: 0, hiss: [0.4, 2700, 1000] },
} as const satisfies Record<string, Phone>;

/** A sound that the voice can make. */
export type Sound = keyof typeof PHONES;

/** Samples for which the mouth keeps still: 5 ms. */
const STILL = 80;
/** Share of a sound that is a move from its neighbor, at either end. */
const MOVE = 0.35;

const between = (rng: Rng, from: number, to: number) => from + rng.uniform() * (to - from);

/** A resonance: two poles at a frequency; samples go in and come out one at a time. */
class Resonance {
  private a = 0;
  private b = 0;
  private c = 0;
  private last = 0;
  private before = 0;

  /** Unity gain at zero frequency, or with `band` about unity at its own. */
  tune(frequency: number, width: number, band = false): void {
    this.c = -Math.exp((-2 * Math.PI * width) / RATE);
    this.b = 2 * Math.exp((-Math.PI * width) / RATE) * Math.cos((2 * Math.PI * frequency) / RATE);
    this.a = band ? (1 + this.c) * Math.sin((2 * Math.PI * frequency) / RATE) : 1 - this.b - this.c;
  }

  pass(sample: number): number {
    const out = this.a * sample + this.b * this.last + this.c * this.before;
    this.before = this.last;
    this.last = out;
    return out;
  }
}

interface Moment {
  readonly formants: readonly number[];
  readonly voice: number;
  readonly hiss: readonly [number, number, number];
}

const SILENCE: Phone = { formants: [500, 1500, 2500], seconds: 0.05, voice: 0 };

/** The mouth every 5 ms: each sound as this speaker makes it this time, with moves between neighbors. */
function movements(word: readonly Sound[], rng: Rng): Moment[] {
  // Length of the throat: children to large men. How clearly the speaker speaks.
  const size = between(rng, 0.84, 1.22);
  const speed = between(rng, 0.8, 1.35);
  const blur = between(rng, 0.03, 0.1);
  const said = [SILENCE, ...word.map((sound): Phone => PHONES[sound]), SILENCE].map((phone) => ({
    ...phone,
    formants: phone.formants.map((formant) => formant * size * (1 + blur * rng.normal())),
    seconds: (phone.seconds / speed) * between(rng, 0.75, 1.3),
  }));
  const moments: Moment[] = [];
  for (let at = 1; at < said.length - 1; at++) {
    const [left, phone, right] = [said[at - 1], said[at], said[at + 1]];
    const steps = Math.max(3, Math.round((phone.seconds * RATE) / STILL));
    for (let step = 0; step < steps; step++) {
      const place = (step + 0.5) / steps;
      const other = place < 0.5 ? left : right;
      const edge = Math.min(place, 1 - place);
      const share = edge < MOVE ? 0.5 * (1 - edge / MOVE) : 0;
      const hiss = phone.hiss ?? [0, 2000, 1000];
      // Voices set in faster than mouths move.
      const soft = Math.min(1, (edge * steps + 0.5) / 3);
      moments.push({
        formants: phone.formants.map((formant, i) => formant + share * (other.formants[i] - formant)),
        voice: phone.voice + (1 - soft) * 0.5 * (other.voice - phone.voice),
        // A stop is silent until it opens.
        hiss: [
          phone.seconds < 0.08 && phone.hiss && place < 0.6 ? 0 : hiss[0] * soft,
          hiss[1] * Math.sqrt(size),
          hiss[2],
        ],
      });
    }
  }
  return moments;
}

/** Most samples that a word may take of the second. */
const LONGEST = RATE - 2 * STILL;

/**
 * A second of sound in which a word is said: by a voice of random size, pitch, speed and loudness, at a random time, in noise.
 *
 * @returns `RATE` samples, within about -1 ... 1
 */
export function speak(word: readonly Sound[], rng: Rng): Float64Array {
  const sound = new Float64Array(RATE);
  const moments = movements(word, rng);
  const length = Math.min(moments.length * STILL, LONGEST);
  const start = Math.floor(rng.uniform() * (RATE - length));
  const mouth = Array.from({ length: 4 }, () => new Resonance());
  const hissing = new Resonance();
  const pitch = between(rng, 85, 270);
  const slope = between(rng, -0.35, 0.25);
  const breath = between(rng, 0.01, 0.08);
  const tilt = between(rng, 0.82, 0.95);
  const noise = () => 2 * rng.uniform() - 1;
  let phase = 0;
  let source = 0;
  for (let i = 0; i < length; i++) {
    const { formants, voice, hiss } = moments[Math.floor(i / STILL)];
    if (i % STILL === 0) {
      formants.forEach((formant, k) => {
        mouth[k].tune(Math.min(formant, 7000), 60 + 40 * k);
      });
      mouth[3].tune(3700, 250);
      hissing.tune(Math.min(hiss[1], 7000), hiss[2], true);
    }
    phase += (pitch * (1 + slope * (i / length - 0.5))) / RATE;
    const pulse = phase >= 1 ? 1 : 0;
    phase -= pulse;
    source = tilt * source + (1 - tilt) * (pulse * Math.sqrt(RATE / pitch) + breath * noise());
    // Some air passes all sounds. (Without it, numbers decay below what processors are fast at.)
    let out = (voice + 0.002) * source;
    for (const resonance of mouth) out = resonance.pass(out);
    sound[start + i] = out + hissing.pass(hiss[0] * noise());
  }
  return inNoise(sound, length, rng);
}

/** Brings a word of so many samples to a random loudness, and adds noise of a random color and level. */
function inNoise(sound: Float64Array, length: number, rng: Rng): Float64Array {
  const power = (samples: Float64Array) => samples.reduce((sum, x) => sum + x * x, 0);
  const loudness = 0.1 * 10 ** between(rng, -0.8, 0);
  const gain = loudness / Math.sqrt(power(sound) / length);
  const color = between(rng, 0, 0.95);
  const noise = new Float64Array(RATE);
  let last = 0;
  for (let i = 0; i < RATE; i++) noise[i] = last = color * last + 2 * rng.uniform() - 1;
  const level = (loudness * 10 ** between(rng, -1.6, -0.3)) / Math.sqrt(power(noise) / RATE);
  for (let i = 0; i < RATE; i++) sound[i] = gain * sound[i] + level * noise[i];
  return sound;
}
