// German: the list of undo steps.
import type { steps as english } from '../en/steps';

export const steps: typeof english = {
  start: 'Anfang',
  name: 'Name dieses Zustands',
  namePlaceholder: 'Benenne diesen Zustand, um ihn wiederzufinden',
  otherBranch: '(anderer Zweig)',
  wentTo: (what: string) => `Zurück bei: ${what}.`,
  isNamed: (name: string) => `Dieser Zustand heißt jetzt ${name}.`,
};
