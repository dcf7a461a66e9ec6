// Under which name somebody hands in, and is seen in a live room.
import { type ReactNode, useId } from 'react';
import { setName } from '../../store/challenges/taking';
import { LONGEST_NAME } from '../../store/state/challenges';
import { challenges as words } from '../../words/en/challenges';
import { useDesk } from '../parts/useDesk';

export function NameField(): ReactNode {
  const id = useId();
  const by = useDesk((desk) => desk.by);
  return (
    <>
      <label htmlFor={id}>{words.name}</label>
      <input
        id={id}
        type="text"
        autoComplete="nickname"
        maxLength={LONGEST_NAME}
        value={by}
        onChange={(event) => setName(event.target.value)}
      />
    </>
  );
}
