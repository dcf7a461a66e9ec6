// The tab "Images": the flips, and what there is to know of them.
import { type ReactNode, Suspense } from 'react';
import { chunk } from '../parts/chunk';
import { WhatChanged } from '../plot/WhatChanged';

const ImageDetails = chunk(() => import('../inspect/ImageDetails'));

export default function Images(): ReactNode {
  return (
    <>
      <WhatChanged />
      <Suspense>
        <ImageDetails />
      </Suspense>
    </>
  );
}
