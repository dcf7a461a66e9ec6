// A picture of the person's own, opened, drawn or seen by the camera: what the float network says of it, and what the bit
// widths on the faders make of that, live.
import { type PointerEvent, type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import { followOwnPicture, isClassified, showOwnPicture } from '../../store/inspect/ownPicture';
import { ownPicture as texts } from '../../words/en/ownPicture';
import { percent } from '../../words/numbers';
import { classes } from '../parts/classes';
import { FilePicker } from '../parts/FilePicker';
import { useDesk } from '../parts/useDesk';
import styles from './OwnPicture.module.css';
import { drawCentered, topClasses } from './pictureInput';
import { useCamera } from './useCamera';

/** The colors of the brush, in the order of their names in the catalogue. */
const INKS = ['#111111', '#ffffff', '#d22b2b', '#ef8a17', '#f4d03f', '#2e9e4f', '#2b6cd2', '#7b4a21'] as const;
/** Brush radius as a share of the picture's width. */
const BRUSH = 0.055;
/** Classes shown of each network. */
const MOST = 3;

/** What one of the two networks says: its most probable classes, with bars. */
function Answer({ title, probabilities, names }: AnswerProps): ReactNode {
  return (
    <div className={styles.answer}>
      <h4>{title}</h4>
      <ol>
        {topClasses(probabilities, MOST).map(({ index, share }, place) => (
          <li key={index} aria-label={texts.probability(names[index] ?? String(index), share)}>
            <span className={classes(place === 0 && styles.first)}>{names[index] ?? index}</span>
            <span className={styles.share}>{percent(share)} %</span>
            <span className={styles.rail}>
              <span style={{ inlineSize: `${share * 100}%` }} />
            </span>
          </li>
        ))}
      </ol>
    </div>
  );
}

interface AnswerProps {
  readonly title: string;
  readonly probabilities: Float32Array;
  readonly names: readonly string[];
}

/** Both answers, and the difference in one sentence. */
function Answers({ names }: { readonly names: readonly string[] }): ReactNode {
  const classified = useDesk((state) => state.classified);
  const current = useDesk(isClassified);
  const problem = useDesk((state) => state.ownPictureProblem?.message);
  if (problem !== undefined) return <p role="alert">{texts.failed(problem)}</p>;
  if (classified === null) return null;
  const { float, rounded } = classified;
  const [inFloat, now] = [float, rounded].map((each) => names[topClasses(each, 1)[0].index] ?? '');
  return (
    <div className={classes(styles.answers, !current && styles.stale)}>
      <Answer title={texts.float} probabilities={float} names={names} />
      <Answer title={texts.now} probabilities={rounded} names={names} />
      <output className={classes(styles.verdict, inFloat !== now && styles.differs)}>
        {inFloat === now ? texts.same(now) : texts.differs(inFloat, now)}
      </output>
    </div>
  );
}

/** Region "Your own picture". */
export function OwnPicture({ names }: { readonly names: readonly string[] }): ReactNode {
  const input = useDesk((state) => state.architecture.nodes[0]);
  const [height, width] = input.op === 'input' ? input.shape : [0, 0];
  const canvas = useRef<HTMLCanvasElement>(null);
  const last = useRef<{ x: number; y: number } | null>(null);
  const [ink, setInk] = useState(0);
  const [problem, setProblem] = useState('');
  const shown = useDesk((state) => state.ownPicture !== null);
  useEffect(followOwnPicture, []);
  useEffect(() => () => showOwnPicture(null), []);

  const context = () => canvas.current?.getContext('2d', { willReadFrequently: true }) ?? null;
  const publish = useCallback(() => {
    const drawn = canvas.current?.getContext('2d', { willReadFrequently: true });
    if (drawn) showOwnPicture(drawn.getImageData(0, 0, width, height).data);
  }, [width, height]);
  const onFrame = useCallback(
    (video: HTMLVideoElement) => {
      const drawn = canvas.current?.getContext('2d', { willReadFrequently: true });
      if (!drawn) return;
      drawCentered(drawn, video, { width: video.videoWidth, height: video.videoHeight });
      publish();
    },
    [publish],
  );
  const camera = useCamera(onFrame, (message) => setProblem(texts.noCamera(message)));

  const open = async (file: File) => {
    setProblem('');
    try {
      const bitmap = await createImageBitmap(file);
      const drawn = context();
      if (drawn) drawCentered(drawn, bitmap, bitmap);
      bitmap.close();
      publish();
    } catch {
      setProblem(texts.notAPicture(file.name));
    }
  };
  const clear = () => {
    const drawn = context();
    if (drawn === null) return;
    drawn.fillStyle = '#ffffff';
    drawn.fillRect(0, 0, width, height);
    showOwnPicture(null);
  };
  const stroke = ({ currentTarget, clientX, clientY }: PointerEvent<HTMLCanvasElement>) => {
    const drawn = context();
    if (drawn === null) return;
    const box = currentTarget.getBoundingClientRect();
    const to = { x: ((clientX - box.left) / box.width) * width, y: ((clientY - box.top) / box.height) * height };
    const from = last.current ?? to;
    drawn.strokeStyle = INKS[ink];
    drawn.lineCap = 'round';
    drawn.lineWidth = 2 * BRUSH * width;
    drawn.beginPath();
    drawn.moveTo(from.x, from.y);
    drawn.lineTo(to.x + 0.01, to.y);
    drawn.stroke();
    last.current = to;
    publish();
  };
  return (
    <section className={styles.own} aria-label={texts.title}>
      <h3>{texts.title}</h3>
      <div className={styles.tools}>
        <FilePicker label={texts.open} single accept="image/*" onFiles={([{ file }]) => void open(file as File)} />
        {camera.available && (
          <button type="button" aria-pressed={camera.on} onClick={camera.on ? camera.stop : camera.start}>
            {camera.on ? texts.stopCamera : texts.camera}
          </button>
        )}
        {shown && !camera.on && (
          <button type="button" onClick={clear}>
            {texts.clear}
          </button>
        )}
      </div>
      {problem !== '' && <p role="alert">{problem}</p>}
      <div className={styles.row}>
        <canvas
          ref={canvas}
          className={styles.pad}
          width={width}
          height={height}
          role="img"
          aria-label={texts.pad(width, height)}
          onPointerDown={(event) => {
            if (camera.on) return;
            event.currentTarget.setPointerCapture(event.pointerId);
            if (!shown) clear();
            last.current = null;
            stroke(event);
          }}
          onPointerMove={(event) => {
            if (event.currentTarget.hasPointerCapture(event.pointerId)) stroke(event);
          }}
        />
        <fieldset className={styles.inks}>
          <legend className="unseen">{texts.ink}</legend>
          {INKS.map((color, i) => (
            <label key={color} style={{ background: color }}>
              <input
                type="radio"
                name="ink"
                checked={ink === i}
                onChange={() => setInk(i)}
                aria-label={texts.colors[i]}
              />
            </label>
          ))}
        </fieldset>
      </div>
      {shown ? <Answers names={names} /> : <p className="note">{texts.help(width, height)}</p>}
      <p className="note">{texts.privacy}</p>
    </section>
  );
}
