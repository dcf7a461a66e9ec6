// The page in a frame of another site (`?embed=ORIGIN`): it hides its header and talks with that site alone, in messages of
// one schema. What crosses is the policy, measured points and what is hidden; weights, pictures and names of files do not.
// docs/embedding/README.md describes the messages.
import { packedBytes } from '../../formats/packed';
import { layersOf } from '../../graph/network';
import { type BitPolicy, checkPolicy, samePolicy } from '../../graph/policy';
import type { Proportion } from '../../math/statistics';
import { setPolicy } from '../policy/actions';
import { desk, type MeasuredPoint } from '../state/desk';

/** Version of the messages, their field `fewbits`. */
const VERSION = 1;

/** What can be hidden. */
const PARTS = ['header', 'plot', 'faders', 'side'] as const;
type Part = (typeof PARTS)[number];

/** To the site that holds the frame. */
type EmbedReport =
  | { readonly type: 'ready'; readonly network: string; readonly dataset: string; readonly layers: readonly string[] }
  | { readonly type: 'policy'; readonly policy: BitPolicy }
  | {
      readonly type: 'point';
      readonly policy: BitPolicy;
      /** On test images. */
      readonly accuracy: Proportion;
      /** Of the packed file. */
      readonly bytes: number;
    }
  | { readonly type: 'refused'; readonly why: string };

/** Does what a message asks for. @throws Error that says what is wrong with it. */
function obey(message: object): void {
  const { fewbits, type, policy, parts } = message as Readonly<Record<string, unknown>>;
  if (fewbits !== VERSION) throw new Error(`This page understands messages of version ${VERSION}.`);
  if (type === 'policy') setPolicy(checkPolicy(desk.getState().architecture, policy));
  else if (type === 'hide') {
    if (!Array.isArray(parts) || !parts.every((part) => PARTS.includes(part as Part)))
      throw new Error(`"parts" is a list of ${PARTS.join(', ')}.`);
    document.documentElement.dataset.hide = parts.join(' ');
  } else throw new Error('A message is of type "policy" or "hide".');
}

/** The origin that a page may be embedded by: exactly an origin of http or https. */
function embedOrigin(asked: string): string | undefined {
  return URL.canParse(asked) && /^https?:$/.test(new URL(asked).protocol) && new URL(asked).origin === asked
    ? asked
    : undefined;
}

/** Tells the frame's site of every change, and obeys it. Does nothing where another site, or none, holds the frame. */
export function startEmbedding(asked: string): void {
  const origin = embedOrigin(asked);
  if (origin === undefined || window.parent === window) return;
  // Where a browser does not say who holds the frame, messages to another site go astray unread.
  if ((location.ancestorOrigins?.[0] ?? origin) !== origin) return;
  const report = (message: EmbedReport) => window.parent.postMessage({ fewbits: VERSION, ...message }, origin);
  window.addEventListener('message', ({ data, origin: from, source }) => {
    if (from !== origin || source !== window.parent || typeof data !== 'object' || data === null) return;
    try {
      obey(data);
    } catch (error) {
      report({ type: 'refused', why: (error as Error).message });
    }
  });
  const point = ({ policy, accuracy }: MeasuredPoint) => {
    const { architecture, scheme } = desk.getState();
    report({ type: 'point', policy, accuracy, bytes: packedBytes(architecture, policy, scheme) });
  };
  const ready = () => {
    const { networkId, datasetId, architecture, policy, measured } = desk.getState();
    report({
      type: 'ready',
      network: networkId,
      dataset: datasetId,
      layers: layersOf(architecture).map(({ id }) => id),
    });
    report({ type: 'policy', policy });
    measured.forEach(point);
  };
  if (desk.getState().phase === 'ready') ready();
  desk.subscribe((now, before) => {
    if (now.phase === 'ready' && (before.phase !== 'ready' || now.architecture !== before.architecture)) return ready();
    // A drag is told of when it ends.
    if (now.gestureStart === null && (before.gestureStart !== null || !samePolicy(now.policy, before.policy)))
      report({ type: 'policy', policy: now.policy });
    for (const each of now.measured) if (!before.measured.includes(each)) point(each);
  });
}
