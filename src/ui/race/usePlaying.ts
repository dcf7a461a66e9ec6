// The time of a replay: images that each run may have spent by now.
import { useEffect, useState } from 'react';
import { advance } from './raceData';

interface Playing {
  readonly images: number;
  readonly isPlaying: boolean;
  /** Goes on, from the start again at the end. */
  play(): void;
  pause(): void;
  /** Stops at a place. */
  go(images: number): void;
}

/** Begins at the end, which is what a visitor sees without playing. */
export function usePlaying(most: number): Playing {
  const [images, setImages] = useState(most);
  const [wanted, setWanted] = useState(false);
  const isPlaying = wanted && images < most;
  useEffect(() => {
    if (!isPlaying) return;
    let last = performance.now();
    let frame = requestAnimationFrame(function step(now) {
      const seconds = Math.max(0, now - last) / 1000;
      last = now;
      setImages((before) => advance(before, seconds, most));
      frame = requestAnimationFrame(step);
    });
    return () => cancelAnimationFrame(frame);
  }, [isPlaying, most]);
  return {
    images,
    isPlaying,
    play() {
      if (images >= most) setImages(0);
      setWanted(true);
    },
    pause: () => setWanted(false),
    go(next) {
      setWanted(false);
      setImages(next);
    },
  };
}
