// German: the first minute: which layers to drag, and what that tells.
import type { coach as english } from '../en/coach';
import { count } from '../numbers';

export const coach: typeof english = {
  dragDown: (layer: string, share: number) =>
    `Ziehe ${layer} nach unten: Darin stecken ${count(share * 100)} % der Modellgröße`,
  dragCostly: (layer: string) => `Ziehe nun ${layer} auf 2 Bit: Das kostet viel und spart fast nichts`,
  tapDown: (layer: string, share: number) =>
    `Tippe bei ${layer} auf 2: Darin stecken ${count(share * 100)} % der Modellgröße`,
  tapCostly: (layer: string) => `Tippe nun bei ${layer} auf 2: Das kostet viel und spart fast nichts`,
  dragged: 'Schichten sind verschieden. Finde die beste Mischung, oder lass eine Suche sie finden.',
  skipSteps: 'Überspringen',
  endSteps: 'Fertig',
};
