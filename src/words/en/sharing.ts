// What a link hides or fixes, and the projector view.
import { count } from '../numbers';
import { words } from '../words';

export const sharing = words('sharing', {
  note: 'What this link has set',
  hides: (parts: readonly string[]) => `This link hides ${parts.join(', ')}.`,
  showEverything: 'Show everything',
  everythingShown: 'Everything is shown.',
  fixes: (seed: number) => `This link fixes the seed at ${count(seed)}.`,
  freeSeed: 'Free the seed',
  seedFree: 'The seed is free.',
  /** Beside the fields for a seed. */
  seedFixed: 'Fixed by the link',
  noDrop: 'This link hides opening files. Choose “Show everything” first.',
  /** Parts that are no tab. */
  parts: {
    network: 'the choice of network and images',
    options: 'quantizer and rounding',
    import: 'opening files',
    export: 'Export',
  },
  projector: 'Projector view',
  projectorTip: 'Projector view: large type, without menus (Shift+F)',
  leaveProjector: 'Leave projector view',
});
