// How a search's tasks and answers are written in the shared document: a link for config and rounding, and numbers. Anybody may
// write anything there, so all of it is checked.
import type { Task } from '../../engine/protocol/searching';
import { firstState, readLink, writeLink } from '../link/link';
import type { Desk } from '../state/desk';

/** A measuring task. */
export interface AskedTask {
  /** Unique among those of a page. */
  readonly id: string;
  readonly link: string;
  readonly steps: number;
}

/** The answer of a computer; without numbers if it could not measure. */
export interface AnsweredTask {
  readonly id: string;
  readonly right?: number;
  readonly loss?: number;
}

/** What whoever leads says of a search that the room measures for: all that its tasks have in common. */
export interface CrewLead extends Pick<Task, 'images' | 'batchSize' | 'learningRate' | 'learnFrom' | 'seed'> {
  /** The page that asks, by its id in the document. */
  readonly by: number;
  /** Of network and images. */
  readonly fingerprint: string;
}

/** Longest link of a task. */
const LONGEST = 2000;

const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/** A task as text; undefined if a link cannot express it. */
export function writeTask(id: string, { policy, scheme, steps }: Task, now: Desk): AskedTask | undefined {
  const { networkId, architecture, datasetId } = now;
  const link = writeLink({ ...firstState(networkId, architecture), datasetId, scheme, policy });
  if (link.length > LONGEST) return undefined;
  const { state } = readLink(link);
  return state !== null && isSame(state.policy, policy) && isSame(state.scheme, scheme)
    ? { id, link, steps }
    : undefined;
}

const asText = (value: unknown) => (typeof value === 'string' ? value : undefined);

/** The tasks in a value of the document; what is none is left out. */
export function readAsked(value: unknown): AskedTask[] {
  return (Array.isArray(value) ? value : []).flatMap((item) => {
    const { id, link, steps } = (item ?? {}) as Partial<AskedTask>;
    const [name, text] = [asText(id), asText(link)];
    if (name === undefined || text === undefined || text.length > LONGEST || typeof steps !== 'number') return [];
    return [{ id: name, link: text, steps }];
  });
}

/** The answers in a value of the document; what is none is left out. */
export function readAnswered(value: unknown): AnsweredTask[] {
  return (Array.isArray(value) ? value : []).flatMap((item) => {
    const { id, right, loss } = (item ?? {}) as Partial<AnsweredTask>;
    const name = asText(id);
    if (name === undefined) return [];
    return [typeof right === 'number' && typeof loss === 'number' ? { id: name, right, loss } : { id: name }];
  });
}

/** The task to measure here; undefined if it is for another network or other images. The engine checks its numbers. */
export function readTask({ link, steps }: AskedTask, lead: CrewLead, now: Desk): Task | undefined {
  const { state, own, problems } = readLink(link);
  if (state === null || own !== null || problems.length > 0 || now.network?.fingerprint !== lead.fingerprint)
    return undefined;
  if (state.networkId !== now.networkId || state.datasetId !== now.datasetId) return undefined;
  const { policy, scheme } = state;
  const { images, batchSize, learningRate, learnFrom, seed } = lead;
  return { policy, scheme, steps, images, batchSize, learningRate, seed, ...(learnFrom && { learnFrom }) };
}
