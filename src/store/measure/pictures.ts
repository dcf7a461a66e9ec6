// Fetches pictures of test images as they come into view, one request at a time and then the latest wish, so that requests
// never pile up during a drag, where the images in view change with every report.
import { isCanceled } from '../../engine/client';
import type { LabeledImage } from '../../engine/protocol/measuring';
import { measuring } from '../../words/en/measuring';
import { showProblem } from '../state/announce';
import { desk } from '../state/desk';
import { engine, messageOf } from '../state/engine';

/** Maximum number of cached pictures at 32 x 32, 4 KB each; of larger ones fewer. */
const KEPT = 600;

let inView: readonly number[] = [];
let asking = false;

/** Adds these test images to `pictures` as soon as the engine delivers them. */
export function wishPictures(indices: readonly number[]): void {
  inView = indices;
  if (!asking) void ask();
}

async function ask(): Promise<void> {
  const client = engine();
  const { network, dataset, pictures } = desk.getState();
  if (client === null || network === null || dataset === null) return;
  const indices = inView.filter((index) => index < dataset.test && pictures[index] === undefined);
  if (indices.length === 0) return;
  asking = true;
  try {
    const answer = await client.call('pictures', { split: 'test', indices }).result;
    // Another network may use another image size.
    if (desk.getState().network === network) keep(answer);
  } catch (error) {
    if (!isCanceled(error) && desk.getState().network === network) {
      showProblem(measuring.noPictures(messageOf(error)), { error });
      return;
    }
  } finally {
    asking = false;
  }
  await ask();
}

/** Adds pictures. If there are too many, of the others only those in view stay. */
function keep(fetched: readonly LabeledImage[]): void {
  const { pictures } = desk.getState();
  const [{ width, height } = { width: 32, height: 32 }] = fetched;
  const most = KEPT / Math.max(1, (width * height) / 1024);
  const room = Object.keys(pictures).length + fetched.length <= most;
  const others = room ? Object.values(pictures) : inView.flatMap((index) => pictures[index] ?? []);
  desk.setState({ pictures: Object.fromEntries([...others, ...fetched].map((picture) => [picture.index, picture])) });
}
