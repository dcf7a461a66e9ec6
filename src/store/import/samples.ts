// Loads a sample file of the site and imports it like a file of one's own.
import { fetchAsset } from '../../engine/assets';
import { opening } from '../../words/en/opening';
import type { Sample } from '../../zoo/shipped';
import { desk } from '../state/desk';
import { messageOf } from '../state/engine';
import type { Importing } from '../state/importing';
import { importFiles } from './importing';

/** Fetches a sample and shows its card, or why it did not arrive. Does nothing once the dialog has moved on. */
export async function openSample({ files }: Sample): Promise<void> {
  const words = opening.files(files);
  const reading: Importing = { step: 'reading', files: words };
  const show = (importing: Importing) => desk.setState({ importing });
  const waits = () => desk.getState().importing === reading;
  show(reading);
  try {
    const fetched = await Promise.all(
      files.map(async (path) => {
        const name = `samples/${path}`;
        return { path, file: new File([await fetchAsset(name, name)], path) };
      }),
    );
    if (waits()) await importFiles(fetched);
  } catch (error) {
    if (waits()) show({ step: 'refused', problem: { ...opening.noSample(messageOf(error)), where: words } });
  }
}
