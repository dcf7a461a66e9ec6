// Pictures of test images, fetched as they come into view: one question at a time, and when it is answered the latest wish
// next, so that a drag, whose flips change with every report, never piles questions up.
import { isCanceled } from '../../engine/client';
import type { LabeledImage } from '../../engine/protocol/measuring';
import { showProblem } from '../state/announce';
import { desk } from '../state/desk';
import { engine, messageOf } from '../state/engine';

/** Pictures kept; 4 KB each at 32 x 32. */
const KEPT = 600;

let wished: readonly number[] = [];
let asking = false;

/** Sees to it that these test images are among `pictures`, as soon as the engine has them. */
export function wishPictures(indices: readonly number[]): void {
  wished = indices;
  if (!asking) void ask();
}

async function ask(): Promise<void> {
  const client = engine();
  const { network, dataset, pictures } = desk.getState();
  if (client === null || network === null || dataset === null) return;
  const indices = wished.filter((index) => index < dataset.test && pictures[index] === undefined);
  if (indices.length === 0) return;
  asking = true;
  try {
    const answer = await client.call('pictures', { split: 'test', indices }).result;
    // Another network may want its images in another size.
    if (desk.getState().network === network) keep(answer);
  } catch (error) {
    if (!isCanceled(error) && desk.getState().network === network) {
      showProblem(`The pictures of test images could not be read: ${messageOf(error)}`, { error });
      return;
    }
  } finally {
    asking = false;
  }
  await ask();
}

/** Adds pictures; where they are many, only those in view stay beside them. */
function keep(fetched: readonly LabeledImage[]): void {
  const { pictures } = desk.getState();
  const room = Object.keys(pictures).length + fetched.length <= KEPT;
  const kept = room ? Object.values(pictures) : wished.flatMap((index) => pictures[index] ?? []);
  desk.setState({ pictures: Object.fromEntries([...kept, ...fetched].map((picture) => [picture.index, picture])) });
}
