// The button "Improve rounding". What its card says is in rounding.ts.
import { words } from '../words';

export const improve = words('improve', {
  label: 'Improve rounding',
  /** The same in two parts, of which narrow screens show the first. */
  verb: 'Improve',
  object: 'rounding',
  tip: 'Chooses the levels and codes of the weights on images, without labels and without training',
  button: (running: boolean, improved: boolean) =>
    `Improve rounding${running ? ', improving' : improved ? ', rounding is improved' : ''}`,
});
