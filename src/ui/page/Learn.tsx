// The tab "Learn": the lessons, and what this page is, for those who see it for the first time, with its keys and its words.
import type { ReactNode } from 'react';
import { setTeaching } from '../../store/state/view';
import { learn } from '../../words/en/learn';
import { lessons } from '../../words/en/lessons';
import { names } from '../../words/en/names';
import { teach } from '../../words/en/teach';
import Challenges from '../challenges/Challenges';
import { Lessons } from '../lessons/Lessons';
import { Panel } from '../parts/Panel';
import { useDesk } from '../parts/useDesk';
import { RoomPanel } from '../room/RoomPanel';
import styles from './Learn.module.css';
import Reference from './Reference';

/** Region "Learn". */
export default function Learn(): ReactNode {
  const taken = useDesk((desk) => desk.challenge !== null);
  return (
    <Panel label={names.learn} title={lessons.title}>
      <RoomPanel />
      {taken && <Challenges />}
      <Lessons />
      <h2 className={styles.heading}>{learn.title}</h2>
      <div className={styles.about}>
        <p>{learn.about}</p>
        <p>{learn.tryThis}</p>
      </div>
      {!taken && <Challenges />}
      <button type="button" onClick={() => setTeaching(true)}>
        {teach.open}
      </button>
      <Reference />
    </Panel>
  );
}
