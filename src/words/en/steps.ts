// The list of undo steps.
import { words } from '../words';

export const steps = words('steps', {
  start: 'start',
  name: 'Name of this state',
  namePlaceholder: 'Name this state to find it again',
  otherBranch: '(other branch)',
  wentTo: (what: string) => `Back at: ${what}.`,
  isNamed: (name: string) => `This state is named ${name}.`,
});
