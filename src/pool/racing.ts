// A race of backends, and of numbers of engines, in workers of their own: the engine itself is idle meanwhile.
import type { Network } from '../graph/network';
import { Member } from './member';
import { inEnglish, type MemberBackend, type SpawnMember } from './messages';
import type { Pace } from './pace';

/** A backend, and so many engines of it at once. */
export interface Entrant {
  readonly backend: MemberBackend;
  readonly workers: number;
}

/** An entrant with its images per second, of all its engines together. Training is measured with one engine. */
export interface Paced extends Entrant, Pace {}

/** What is under way in a race. */
export type RaceStep =
  | { readonly kind: 'begins'; readonly entrant: Entrant }
  | { readonly kind: 'paced'; readonly paced: Paced }
  /** It cannot run here, or not so many of it. */
  | { readonly kind: 'out'; readonly entrant: Entrant; readonly reason: string };

/** Milliseconds of each measurement. */
const MILLISECONDS = 200;
/** How often an entrant is measured that others disturbed. */
const TRIES = 3;

const LIMITS = { networks: 1, ranges: 0, pixelBytes: 0 };
const PATIENCE = 30;

/** Starts one that belongs to no pool. @throws Error with the reason for which it could not start. */
function startAlone(spawn: SpawnMember, backend: MemberBackend): Promise<Member> {
  return new Promise((resolve, reject) => {
    const member: Member = new Member(1, spawn(), backend, LIMITS, PATIENCE, {
      ready: () => resolve(member),
      ended: (ending) => reject(new Error(inEnglish(ending))),
      changed: () => {},
    });
  });
}

export interface RaceOptions {
  readonly spawn: SpawnMember;
  readonly network: Network;
  readonly entrants: readonly Entrant[];
  /** Awaited before each measurement; throws to end the race. */
  turn(): Promise<void>;
  /** A number that changes whenever other work of the engine begins: what ran beside it is measured again. */
  disturbances(): number;
}

/**
 * Measures the entrants one after the other; those of a backend in ascending order of workers. Yields before and after each.
 */
export async function* race(options: RaceOptions): AsyncGenerator<RaceStep, void, void> {
  const { spawn, network, entrants, turn, disturbances } = options;
  let members: Member[] = [];
  let backend: MemberBackend | undefined;
  let training = Number.NaN;
  const endAll = () => {
    for (const member of members) member.end({ why: 'ended', detail: 'the race is over' });
    members = [];
  };
  try {
    for (const entrant of entrants) {
      await turn();
      if (entrant.backend !== backend) {
        endAll();
        backend = entrant.backend;
      }
      try {
        while (members.length < entrant.workers) {
          const member = await startAlone(spawn, entrant.backend);
          member.hold('network', 'network', () => ({ value: network, bytes: 0 }));
          members.push(member);
        }
        for (let left = TRIES; left > 0; left--) {
          await turn();
          yield { kind: 'begins', entrant };
          const before = disturbances();
          const trains = entrant.workers === 1;
          const params = { network: 'network', trains, milliseconds: MILLISECONDS };
          const paces = await Promise.all(
            members.slice(0, entrant.workers).map((member) => member.run(0, 'pace', params, ['network'])),
          );
          if (disturbances() !== before && left > 1) continue;
          if (trains) training = paces[0].training;
          const evaluation = paces.reduce((sum, pace) => sum + pace.evaluation, 0);
          yield { kind: 'paced', paced: { ...entrant, evaluation, training } };
          break;
        }
      } catch (error) {
        await turn();
        yield { kind: 'out', entrant, reason: (error as Error).message };
      }
    }
  } finally {
    endAll();
  }
}
