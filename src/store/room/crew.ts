// The room measures for the searches of whoever leads. Only theirs: one search can use all computers of a room, and a class has to
// know whom its computers work for. What the server passes on in the name of who leads names the page that asks, so that no other
// page can set computers to work.
import type { WebsocketProvider } from 'y-websocket';
import type { Doc } from 'yjs';
import type { EngineClient } from '../../engine/client';
import type { CrewAnswer, CrewProgress, SearchSettings } from '../../engine/protocol/searching';
import { room as words } from '../../words/en/room';
import { setCarrier } from '../search/carrier';
import { announce } from '../state/announce';
import { desk } from '../state/desk';
import { engine } from '../state/engine';
import type { RoomCrew } from '../state/room';
import { Asking, type Helper } from './asking';
import { Helping } from './helping';
import { type CrewLead, readTask, writeTask } from './tasks';

/** Where this tab remembers that it does not measure for others. */
const KEY = 'fewbits.room.alone';

export function setCrew(change: Partial<RoomCrew>): void {
  const { room } = desk.getState();
  if (room !== null) desk.setState({ room: { ...room, crew: { ...room.crew, ...change } } });
}

const crewNow = () => desk.getState().room?.crew;

function remembered(): boolean {
  try {
    return sessionStorage.getItem(KEY) !== null;
  } catch {
    return false;
  }
}

/** Before anything is asked of this page. */
export const firstCrew = (): RoomCrew => ({
  asks: false,
  helpers: 0,
  shares: [],
  differing: [],
  helps: !remembered(),
  asked: false,
  helped: 0,
});

/** Whether the room is to measure for the searches of this page. */
export function letRoomMeasure(asks: boolean): void {
  setCrew({ asks });
}

/** Whether this computer measures for the searches of whoever leads. */
export function helpRoom(helps: boolean): void {
  setCrew({ helps });
  try {
    if (helps) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, '1');
  } catch {
    // It holds for this visit.
  }
}

const numbersOf = (value: unknown): CrewLead | undefined => {
  const lead = (value ?? {}) as Partial<CrewLead>;
  const { by, fingerprint, images, batchSize, learningRate, seed } = lead;
  const isComplete = [by, images, batchSize, learningRate, seed].every((number) => typeof number === 'number');
  return isComplete && typeof fingerprint === 'string' ? (lead as CrewLead) : undefined;
};

/** One search of this page, and who measures for it. */
class Asked {
  private readonly asking: Asking;
  private readonly counts = new Map<number, { name: string; count: number }>();
  private readonly wanted = new Set<string>();

  constructor(
    private readonly provider: WebsocketProvider,
    doc: Doc,
    /** Tells the tasks of one search from those of another. */
    private readonly serial: number,
    private readonly client: EngineClient,
    readonly lead: CrewLead,
    private readonly helpers: () => Helper[],
  ) {
    this.asking = new Asking(doc.getMap('crew'), doc.clientID, {
      onPlaces: (places) => void client.call('crewPlaces', { places }).result.catch(() => undefined),
      onAnswer: (id, from, answer) => {
        if (!this.wanted.delete(id)) return;
        const { right, loss } = answer ?? {};
        const isWhole = from !== null && right !== undefined && loss !== undefined;
        if (isWhole) this.count(from);
        this.answer(id, isWhole ? { who: String(from.id), right, loss } : null);
      },
    });
    this.update();
  }

  /** Whoever is there and willing, if they are to be asked. */
  update(): void {
    const isOn = crewNow()?.asks === true && this.provider.wsconnected;
    this.asking.setHelpers(isOn ? this.helpers() : []);
  }

  hear(progress: CrewProgress): void {
    if (progress.kind === 'differs') {
      const id = Number(progress.who);
      const name = this.counts.get(id)?.name ?? words.nameless;
      this.counts.delete(id);
      this.asking.exclude(id);
      setCrew({ differing: [...(crewNow()?.differing ?? []), name] });
      this.show();
      announce(words.differs(name));
      return;
    }
    const id = `${this.serial}.${progress.id}`;
    if (progress.kind === 'unask') {
      this.wanted.delete(id);
      this.asking.unask(id);
      return;
    }
    const task = writeTask(id, progress.task, desk.getState());
    this.wanted.add(id);
    if (task) this.asking.ask(task);
    else if (this.wanted.delete(id)) this.answer(id, null);
  }

  close(): void {
    this.asking.close();
    void this.client.call('crewPlaces', { places: 0 }).result.catch(() => undefined);
  }

  private answer(id: string, answer: CrewAnswer | null): void {
    const params = { id: Number(id.split('.')[1]), answer };
    void this.client.call('crewAnswer', params).result.catch(() => undefined);
  }

  private count({ id, name }: Helper): void {
    const before = this.counts.get(id)?.count ?? 0;
    this.counts.set(id, { name: name || words.nameless, count: before + 1 });
    this.show();
  }

  private show(): void {
    setCrew({ shares: [...this.counts.values()].sort((a, b) => b.count - a.count) });
  }
}

/**
 * Connects this page's searches, or what it measures for those of others, to the document of a room. `say` is what whoever leads
 * says to all; the returned function hears it.
 */
export function shareWork(
  provider: WebsocketProvider,
  doc: Doc,
  leads: boolean,
  say: (crew: CrewLead | undefined) => void,
): (said: unknown) => void {
  const { awareness } = provider;
  let lead: CrewLead | undefined;
  let asked: Asked | undefined;
  let serial = 0;

  const helpers = (): Helper[] => {
    const here = desk.getState().network?.fingerprint;
    return [...awareness.getStates()].flatMap(([id, { name, helps }]) =>
      id !== doc.clientID && here !== undefined && helps === here
        ? [{ id, name: typeof name === 'string' ? name.trim().slice(0, 60) : '' }]
        : [],
    );
  };
  const sayLead = () => say(asked && crewNow()?.asks ? asked.lead : undefined);

  const helping = new Helping(doc.getMap('crew'), doc.clientID, {
    taskOf: (task, from) => readTask(task, from, desk.getState()),
    measure: (task) => {
      const client = engine();
      if (client === null) return { result: Promise.reject(new Error(words.noEngine)), cancel: () => {} };
      return client.call('measureTask', { task });
    },
    onMeasured: () => setCrew({ helped: (crewNow()?.helped ?? 0) + 1 }),
  });

  /** What this page does for the others, by what was said, who is there, and what is open here. */
  const update = () => {
    const { network } = desk.getState();
    const crew = crewNow();
    if (crew === undefined) return;
    const willing = crew.helps && !leads;
    const offered = willing ? (network?.fingerprint ?? null) : null;
    if (awareness.getLocalState()?.helps !== offered) awareness.setLocalStateField('helps', offered);
    const isThere = lead !== undefined && awareness.getStates().has(lead.by) && provider.wsconnected;
    const mine = isThere && offered === lead?.fingerprint ? lead : undefined;
    helping.follow(mine);
    const isAsked = mine !== undefined;
    if (isAsked && !crew.asked) announce(words.helping);
    const ready = leads ? helpers().length : 0;
    if (isAsked !== crew.asked || ready !== crew.helpers) setCrew({ asked: isAsked, helpers: ready });
    asked?.update();
  };
  awareness.on('change', update);
  provider.on('status', update);
  desk.subscribe((now, before) => {
    if (now.network !== before.network || now.room?.crew.helps !== before.room?.crew.helps) update();
    if (now.room?.crew.asks !== before.room?.crew.asks) {
      sayLead();
      update();
    }
  });
  if (leads)
    setCarrier({
      begin: (client, setting: SearchSettings) => {
        const { network } = desk.getState();
        if (network === null) return;
        const { images, batchSize, learningRate, learnFrom, seed } = setting;
        const numbers = { images, batchSize, learningRate, seed, ...(learnFrom && { learnFrom }) };
        const mine = { by: doc.clientID, fingerprint: network.fingerprint, ...numbers };
        setCrew({ shares: [], differing: [] });
        asked = new Asked(provider, doc, ++serial, client, mine, helpers);
        sayLead();
      },
      hear: (progress) => asked?.hear(progress),
      end: () => {
        asked?.close();
        asked = undefined;
        sayLead();
      },
    });
  update();
  return (said) => {
    lead = numbersOf(said);
    update();
  };
}
