// What this page is, for those who see it for the first time.
import type { ReactNode } from 'react';
import { Panel } from '../parts/Panel';

/** Region "Learn". */
export function Learn(): ReactNode {
  return (
    <Panel label="Learn" title="What this is">
      <p>
        Networks store each weight in 32 bits. Most layers need far fewer, but not all the same number. Each fader sets
        the bits of one layer of a real network; its accuracy on test images is then measured here, in your browser.
      </p>
    </Panel>
  );
}
