// Known numbers from torchaudio 0.13.1 (with a sound shifted by 16 samples, as it centers windows in their transform):
// transforms.MFCC(16000, 10, log_mels=True, melkwargs=dict(n_fft=512, win_length=480, hop_length=320, f_min=20., f_max=4000.,
// n_mels=40, center=False, power=1.))
import { expect, test } from 'vitest';
import { COEFFICIENTS, cepstra, FRAMES, RATE } from './cepstra';

const sound = Float64Array.from({ length: RATE }, (_, i) => {
  const t = i / RATE;
  const wave = (hertz: number) => 2 * Math.PI * hertz * t;
  const late = t > 0.5 ? 0.1 * Math.sin(wave(3100)) : 0;
  return 0.3 * Math.sin(wave(200) + 2 * Math.PI * 900 * t * t) + late + 0.02 * Math.cos(wave(7000));
});

test.each([
  [0, [-35.3702, 22.0521, 6.3546, 2.595, -1.249, -2.7847, -4.0154, -4.0098, -3.5093, -2.1885]],
  [20, [-35.2135, 6.9987, -16.041, -5.0587, 5.0548, 5.7074, -1.5137, -3.0314, 0.779, 3.657]],
  [25, [-28.5025, -7.1317, -8.8903, -5.8247, 10.3073, -0.2031, -8.0268, 2.4317, -1.0883, 5.073]],
  [48, [-35.8409, -19.7124, -1.0346, 5.971, -4.4912, -0.3308, 3.1785, -1.1716, -1.1359, 7.4327]],
])('spectrum %i of a sweep and two tones is that of torchaudio', (frame, expected) => {
  const found = cepstra(sound).subarray(frame * COEFFICIENTS, (frame + 1) * COEFFICIENTS);
  for (const [i, value] of expected.entries())
    expect(Math.abs(found[i] - value), `coefficient ${i}`).toBeLessThan(2e-3);
});

test('silence has the logarithm of the floor in its first coefficient and zeros in the others', () => {
  const found = cepstra(new Float64Array(RATE));
  expect(found).toHaveLength(FRAMES * COEFFICIENTS);
  for (const [i, value] of found.entries())
    expect(value).toBeCloseTo(i % COEFFICIENTS === 0 ? Math.sqrt(40) * Math.log(1e-6) : 0, 9);
});

test('a louder sound changes the first coefficient alone', () => {
  const [soft, loud] = [cepstra(sound), cepstra(sound.map((x) => 2 * x))];
  const change = loud.map((value, i) => value - soft[i]);
  for (let i = 0; i < change.length; i++) {
    // Bands near the floor grow by less.
    const wanted = i % COEFFICIENTS === 0 ? Math.sqrt(40) * Math.LN2 : 0;
    expect(Math.abs(change[i] - wanted)).toBeLessThan(5e-2);
  }
});
