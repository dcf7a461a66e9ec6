// What there is to know of images besides the flips: the layers that flipped the chosen one, which classes are confused,
// where pinned configs disagree, and a picture of one's own.
import type { ReactNode } from 'react';
import { useDesk } from '../parts/useDesk';
import { Confusion } from './Confusion';
import { Culprits } from './Culprits';
import styles from './ImageDetails.module.css';
import { OwnPicture } from './OwnPicture';
import { PinComparison } from './PinComparison';

/** The chosen image, if it flipped. */
function Chosen(): ReactNode {
  const image = useDesk((state) => state.image);
  const flipped = useDesk((state) => state.current?.flips.index.includes(state.image) ?? false);
  return flipped && <Culprits image={image} />;
}

/** Regions below the flips. */
export default function ImageDetails(): ReactNode {
  const dataset = useDesk((state) => state.dataset);
  const current = useDesk((state) => state.current);
  if (dataset === null) return null;
  return (
    <div className={styles.details}>
      <Chosen />
      <PinComparison names={dataset.classes} />
      {current && <Confusion measurement={current} names={dataset.classes} />}
      <OwnPicture names={dataset.classes} />
    </div>
  );
}
