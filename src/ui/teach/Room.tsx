// "Prepare this room": what works on this machine at this address, measured here.
import { type ReactNode, useEffect, useState } from 'react';
import { type KeptSite, keepAllWeights, keptSite, MORE_BYTES } from '../../store/offline/kept';
import { teach as words } from '../../words/en/teach';
import { useDesk } from '../parts/useDesk';
import styles from './Teach.module.css';

const MB = 1e6;
/** Less is a reason to warn: trained weights of the largest network and some searches. */
const ENOUGH_MB = 200;
/** Seconds for one config above which a smaller network is better. */
const SLOW = 5;

interface CheckProps {
  readonly name: string;
  readonly good: boolean;
  readonly children: ReactNode;
}

function Check({ name, good, children }: CheckProps): ReactNode {
  return (
    <div>
      <dt>
        <span aria-hidden="true">{good ? '✓' : '!'}</span>
        <span className="unseen">{good ? words.ok : words.mind}:</span> {name}
      </dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Looks again while the service worker is at its first work. */
function useKept(): KeptSite | null | undefined {
  const [kept, setKept] = useState<KeptSite | null>();
  useEffect(() => {
    const look = async () => {
      const found = await keptSite().catch(() => null);
      setKept(found);
      if (found) clearInterval(timer);
    };
    const timer = setInterval(() => void look(), 3000);
    void look();
    return () => clearInterval(timer);
  }, []);
  return kept;
}

function Kept(): ReactNode {
  const kept = useKept();
  const [told, setTold] = useState('');
  const able = isSecureContext && 'serviceWorker' in navigator;
  if (!kept)
    return (
      <Check name={words.kept} good={false}>
        {able && import.meta.env.PROD ? words.keptSoon : words.keptNo}
      </Check>
    );
  return (
    <Check name={words.kept} good>
      {words.keptYes(kept.files, kept.bytes / MB)}{' '}
      <button
        type="button"
        onClick={() => {
          setTold(words.keeping);
          keepAllWeights().then(
            () => setTold(words.keptAll),
            (error: Error) => setTold(words.keepFailed(error.message)),
          );
        }}
      >
        {words.keepMore(MORE_BYTES / MB)}
      </button>{' '}
      <span role="status">{told}</span>
    </Check>
  );
}

function Storage(): ReactNode {
  const [free, setFree] = useState<number>();
  useEffect(() => {
    navigator.storage?.estimate?.().then(
      ({ quota = 0, usage = 0 }) => setFree((quota - usage) / MB),
      () => undefined,
    );
  }, []);
  if (free === undefined)
    return (
      <Check name={words.storage} good={false}>
        {words.storageUnknown}
      </Check>
    );
  return (
    <Check name={words.storage} good={free >= ENOUGH_MB}>
      {free >= ENOUGH_MB ? words.storageFree(free) : words.storageLow(free)}
    </Check>
  );
}

/** The checks. */
export function Room(): ReactNode {
  const backend = useDesk((desk) => desk.backend);
  const speed = useDesk((desk) => desk.imagesPerSecond);
  const images = useDesk((desk) => desk.dataset?.test ?? 0);
  const searched = useDesk((desk) => desk.searchForm.budgets.images);
  const seconds = images / speed;
  return (
    <section aria-label={words.room}>
      <h3>{words.room}</h3>
      <p className="note">{words.roomAbout}</p>
      <dl className={styles.checks}>
        <Check name={words.secure} good={isSecureContext}>
          {isSecureContext ? words.secureYes : words.secureNo}
        </Check>
        <Kept />
        <Storage />
        {backend && (
          <Check name={words.machine} good>
            {words.machineSays(`${backend.name}, ${backend.device}`, navigator.hardwareConcurrency)}
          </Check>
        )}
        <Check name={words.speed} good={speed > 0 && seconds <= SLOW}>
          {speed > 0 ? `${words.speedSays(speed, seconds)} ${seconds > SLOW ? words.speedSlow : ''}` : words.speedWaits}
        </Check>
        {speed > 0 && (
          <Check name={words.demo} good={searched / speed <= 60}>
            {words.demoSays(searched, Math.ceil(searched / speed))}
          </Check>
        )}
      </dl>
    </section>
  );
}
