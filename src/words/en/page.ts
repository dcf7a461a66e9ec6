// The page around the panels.
import { words } from '../words';

export const page = words('page', {
  skipToDesk: 'Skip to the desk',
  dropHere: 'Drop a network, images or bit widths here',
});
