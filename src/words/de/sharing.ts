// German: what a link hides or fixes, and the projector view.
import type { sharing as english } from '../en/sharing';
import { count } from '../numbers';

export const sharing: typeof english = {
  note: 'Was dieser Link eingestellt hat',
  hides: (parts: readonly string[]) => `Dieser Link blendet aus: ${parts.join(', ')}.`,
  showEverything: 'Alles zeigen',
  everythingShown: 'Alles ist zu sehen.',
  fixes: (seed: number) => `Dieser Link legt den Startwert (Seed) fest: ${count(seed)}.`,
  freeSeed: 'Startwert freigeben',
  seedFree: 'Der Startwert ist frei.',
  seedFixed: 'Vom Link festgelegt',
  noDrop: 'Dieser Link blendet das Öffnen von Dateien aus. Wähle zuerst „Alles zeigen“.',
  parts: {
    network: 'Wahl von Netz und Bildern',
    options: 'Quantisierer und Rundung',
    import: 'Öffnen von Dateien',
    export: 'Export',
  },
  projector: 'Beamer-Ansicht',
  projectorTip: 'Beamer-Ansicht: große Schrift, ohne Menüs (Umschalt+F)',
  leaveProjector: 'Beamer-Ansicht verlassen',
};
