// The camera as a source of pictures: asked for on a press, stopped with the panel, never recorded.
import { useCallback, useEffect, useRef, useState } from 'react';

/** Milliseconds between two frames: as often as a person can follow. */
const INTERVAL = 120;

export interface Camera {
  /** Only on secure pages of browsers that have one. */
  readonly available: boolean;
  readonly on: boolean;
  start(): void;
  stop(): void;
}

/** Calls `onFrame` with the running video until stopped; `onProblem` with the browser's reason if it cannot run. */
export function useCamera(onFrame: (video: HTMLVideoElement) => void, onProblem: (message: string) => void): Camera {
  const [stream, setStream] = useState<MediaStream | null>(null);
  const wanted = useRef(false);
  const stop = useCallback(() => {
    wanted.current = false;
    setStream((running) => {
      for (const track of running?.getTracks() ?? []) track.stop();
      return null;
    });
  }, []);
  const start = async () => {
    wanted.current = true;
    try {
      const opened = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
      if (wanted.current) setStream(opened);
      else for (const track of opened.getTracks()) track.stop();
    } catch (error) {
      onProblem(error instanceof Error ? error.message : String(error));
    }
  };
  useEffect(() => stop, [stop]);
  useEffect(() => {
    if (stream === null) return;
    const video = document.createElement('video');
    video.muted = true;
    video.playsInline = true;
    video.srcObject = stream;
    void video.play();
    const timer = setInterval(() => {
      if (video.videoWidth > 0) onFrame(video);
    }, INTERVAL);
    return () => {
      clearInterval(timer);
      video.srcObject = null;
    };
  }, [stream, onFrame]);
  return {
    available: navigator.mediaDevices !== undefined,
    on: stream !== null,
    start: () => void start(),
    stop,
  };
}
