// From a dropped file to the desk, with an engine that reads files and answers everything else at once: recognition, the
// card's best answers, using the network, and finding it again.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { normalizations } from '../../data/normalizations';
import type { EngineClient } from '../../engine/client';
import { Imports } from '../../engine/imports';
import type { Params, Result } from '../../engine/protocol/commands';
import type { DatasetSummary, LoadedNetwork } from '../../engine/protocol/opening';
import type { InputFindings } from '../../engine/protocol/ownNetworks';
import { spawnReader } from '../../engine/reader.testing';
import { writeCheckpoint } from '../../formats/checkpoint';
import { ImportError } from '../../formats/import/importer';
import { packedBytes } from '../../formats/packed';
import { writeProject } from '../../formats/project';
import type { Network } from '../../graph/network';
import { uniformPolicy } from '../../graph/policy';
import { createRng } from '../../math/rng';
import { wilson } from '../../math/statistics';
import { initialize } from '../../zoo/definition';
import { networks } from '../../zoo/registry';
import { undo } from '../link/undo';
import { cleanLabel, ownId, recallOwnNetworks } from '../network/own';
import { openNetwork } from '../network/session';
import { desk, initialDesk } from '../state/desk';
import { setEngine } from '../state/engine';
import type { CardStep } from '../state/importing';
import { memoryStorage } from '../state/storage.testing';
import { orderByNames } from './card';
import { applyPolicyFile } from './dropped';
import { chooseTrial, closeImport, importFiles, removeNetwork, takeNetwork, watchImports } from './importing';

type OwnParams = Params<'openOwnNetwork'>;

const tiny: Network = initialize(networks.tiny.build([32, 32, 3], 10), createRng(3));
const trial = (normalization: keyof typeof normalizations, right: number) => ({
  ...{ normalization, values: normalizations[normalization].normalization, channels: 'rgb' as const },
  accuracy: wilson(right, 256),
});
const classes = ['ant', 'bee', 'cat', 'dog', 'elk', 'fox', 'gnu', 'hen', 'ibex', 'jay'];
let findings: InputFindings;
let calls: { command: string; params: unknown }[];
let refusal: Error | undefined;
let imports: Imports;

/** Like the engine's handler, with the same reader. */
async function read({ files }: Params<'readNetwork'>, signal: AbortSignal): Promise<Result<'readNetwork'>> {
  try {
    return { card: await imports.read(files, signal) };
  } catch (error) {
    if (error instanceof ImportError) return { problem: error };
    throw error;
  }
}

const opens = {
  call: (command: string, params: OwnParams) => {
    calls.push({ command, params });
    const control = new AbortController();
    const answers: Record<string, () => unknown> = {
      readNetwork: () => read(params as unknown as Params<'readNetwork'>, control.signal),
      dropNetwork: () => imports.drop(params.token),
      tryInputs: () => imports.get(params.token) && findings,
      forgetOwnNetwork: () => null,
      openOwnNetwork: (): LoadedNetwork => {
        if (refusal) throw refusal;
        const { nodes } = imports.get(params.token).network;
        const checkpoint = { origin: 'own', recipe: params.recipe } as const;
        return {
          id: params.id,
          dataset: 'emoji10',
          architecture: { name: params.label, nodes },
          checkpoint,
          fingerprint: '7',
        };
      },
      openNetwork: (): LoadedNetwork => {
        const { networkId, architecture } = desk.getState();
        if (networkId === 'own-gone') throw new Error('It is not in this browser.');
        return {
          id: networkId,
          dataset: 'emoji10',
          architecture,
          checkpoint: { origin: 'shipped', recipe: '' },
          fingerprint: '8',
        };
      },
    };
    const answer = answers[command];
    const result = answer ? new Promise((resolve) => resolve(answer())) : new Promise(() => {});
    return { result, cancel: () => control.abort(new DOMException('Canceled.', 'AbortError')) };
  },
} as unknown as EngineClient;

const file = (path: string, content: BlobPart) => ({ path, file: new File([content], path) });
const weights = (path = 'my net.safetensors') => file(path, writeCheckpoint(tiny) as Uint8Array<ArrayBuffer>);
const card = () => desk.getState().importing as CardStep;
/** Reading can take long on a busy machine. */
const BUSY = { timeout: 60_000 };
const settled = () => vi.waitFor(() => expect(card().trying).toBe(false), BUSY);

watchImports();

beforeEach(() => {
  vi.stubGlobal('localStorage', memoryStorage());
  vi.stubGlobal('fetch', async () => new Response(null, { status: 404 }));
  calls = [];
  imports = new Imports(spawnReader);
  refusal = undefined;
  findings = { trials: [trial('cifar', 200), trial('unit', 80)], nearChance: false };
  const dataset = { ...{ id: 'emoji10', label: 'Emoji-10', classes, train: 9, validation: 9, test: 9, notes: [] } };
  desk.setState({ ...initialDesk(), dataset: dataset as DatasetSummary, phase: 'ready' }, true);
  setEngine(opens);
});
afterEach(() => {
  closeImport();
  setEngine(null);
  vi.unstubAllGlobals();
});

describe('a dropped file', () => {
  it('with a policy is applied to the faders as one step; a policy for another network changes nothing', () => {
    const before = desk.getState().policy;
    const wanted = uniformPolicy(desk.getState().architecture, 3, 5);
    const content = { fewbits: '0', scheme: { name: 'affine/tensor' }, layers: wanted };
    applyPolicyFile('p.json', JSON.stringify(content));
    expect(desk.getState()).toMatchObject({ policy: wanted, scheme: { quantizer: 'affine', granularity: 'tensor' } });
    undo();
    expect(desk.getState()).toMatchObject({ policy: before, scheme: { quantizer: 'symmetric' } });
    applyPolicyFile('q.json', JSON.stringify(uniformPolicy(tiny, 2, 2)));
    expect(desk.getState().policy).toBe(before);
    expect(desk.getState().problems.at(-1)?.text).toMatch(/q\.json.*does not fit.*stay as they are/);
  });
});

describe('an imported network', () => {
  it('takes one click once its file is read, and can be undone', async () => {
    await importFiles([weights()]);
    await settled();
    expect(card()).toMatchObject({ label: 'my net', nearChance: false, proposed: null, problem: null });
    expect(card().card).toMatchObject({ format: 'fewbits weights', layers: 5, input: [32, 32, 3] });
    expect(card().chosen).toMatchObject({ way: 'cifar', channels: 'rgb' });
    await takeNetwork();
    expect(calls.find(({ command }) => command === 'openOwnNetwork')?.params).toMatchObject({
      id: 'own-my-net',
      input: { normalization: normalizations.cifar.normalization, channels: 'rgb' },
    });
    expect(desk.getState()).toMatchObject({ networkId: 'own-my-net', importing: null, network: { fingerprint: '7' } });
    expect(Object.keys(desk.getState().policy)).toHaveLength(5);
    undo();
    expect(desk.getState().networkId).toBe('resnet8');
  });

  it('is listed by name after a reload, until it is removed', async () => {
    await importFiles([weights()]);
    await takeNetwork();
    desk.setState(initialDesk(), true);
    recallOwnNetworks();
    expect(desk.getState().ownNetworks).toMatchObject([{ id: 'own-my-net', label: 'my net' }]);
    await removeNetwork('own-my-net');
    expect(calls.at(-1)).toEqual({ command: 'forgetOwnNetwork', params: { id: 'own-my-net' } });
    recallOwnNetworks();
    expect(desk.getState().ownNetworks).toEqual([]);
  });

  it('keeps the user’s answer, and uses the proposed order', async () => {
    const order = [9, 8, 7, 6, 5, 4, 3, 2, 1, 0];
    findings = { trials: [trial('unit', 26)], nearChance: true, reordered: { ...trial('cifar', 230), order } };
    await importFiles([weights()]);
    await settled();
    expect(card()).toMatchObject({ nearChance: false, proposed: { order, from: 'answers' }, chosen: { way: 'cifar' } });
    chooseTrial(card().trials[0]);
    desk.setState({ dataset: { ...(desk.getState().dataset as DatasetSummary) } });
    await settled();
    expect(card().chosen).toMatchObject({ way: 'unit' });
    await takeNetwork();
    const { params } = calls.findLast(({ command }) => command === 'openOwnNetwork') ?? {};
    expect((params as OwnParams).input.order).toEqual(order);
  });

  it('from a project brings its bits, quantizer and preprocessing', async () => {
    const policy = uniformPolicy(tiny, 3, 6);
    const scheme = { quantizer: 'affine', granularity: 'tensor' } as const;
    const ranges = new Map([['conv2', { min: 0, max: 3, meanMagnitude: 1, choice: 'minMax' as const }]]);
    const normalization = { mean: [0.1, 0.2, 0.3], std: [0.4, 0.5, 0.6] } as const;
    const statedRanges = () => {
      const opened = calls.filter(({ command }) => command === 'openOwnNetwork');
      return (opened[opened.length - 1].params as OwnParams).statedRanges;
    };
    findings = { ...findings, trials: [...findings.trials, { ...findings.trials[1], normalization: 'file' }] };
    const project = writeProject({
      ...{ network: tiny, policy, scheme, ranges },
      ...{
        normalization,
        classes,
        provenance: { dataset: 'x', split: 'test', seed: 1, version: '1', backend: 'wasm' },
      },
    });
    await importFiles([file('work.fewbits.safetensors', project as Uint8Array<ArrayBuffer>)]);
    await settled();
    expect(card().label).toBe('work');
    expect(card().chosen).toMatchObject({ way: 'file' });
    expect(card().card).toMatchObject({
      fileBytes: (project as Uint8Array).length,
      roundedBytes: packedBytes(tiny, policy, scheme),
    });
    expect(card().card.brings).toEqual([
      'its bit widths',
      'its quantizer',
      'the ranges of its activations',
      'its preprocessing',
    ]);
    await takeNetwork();
    expect(desk.getState()).toMatchObject({ policy, scheme });
    expect(statedRanges()).toBe(true);

    // With another preprocessing, the ranges differ.
    await importFiles([file('work.fewbits.safetensors', project as Uint8Array<ArrayBuffer>)]);
    await settled();
    chooseTrial(trial('cifar', 200));
    await takeNetwork();
    expect(statedRanges()).toBe(false);
  });

  it('that is unreadable or does not fit is refused with a reason, and the desk stays as it was', async () => {
    const { networkId, policy, network } = desk.getState();
    await importFiles([file('notes.txt', 'hello')]);
    expect(desk.getState().importing).toMatchObject({ step: 'refused', problem: { where: 'notes.txt' } });
    await importFiles([weights()]);
    await settled();
    refusal = new Error('It tells 7 classes apart.');
    await takeNetwork();
    expect(card()).toMatchObject({ problem: 'It tells 7 classes apart.', opening: false });
    closeImport();
    expect(desk.getState()).toMatchObject({ networkId, policy, network, importing: null, ownNetworks: [] });
  });

  it('is dropped by the engine when the card is closed, another file is read, or it is put in use', async () => {
    const there = (token: number) => () => imports.get(token);
    await importFiles([weights()]);
    expect(there(1)).not.toThrow();
    await importFiles([weights('other.safetensors')]);
    expect(there(1)).toThrow('gone');
    closeImport();
    expect(there(2)).toThrow('gone');
    await importFiles([weights()]);
    await takeNetwork();
    expect(there(3)).toThrow('gone');
  });

  it('is read again if the engine restarts while the card is open; without an engine, the card says why not', async () => {
    await importFiles([weights()]);
    await settled();
    imports = new Imports(spawnReader);
    desk.setState({ dataset: { ...(desk.getState().dataset as DatasetSummary) } });
    await vi.waitFor(() => expect(calls.filter(({ command }) => command === 'readNetwork')).toHaveLength(2), BUSY);
    await vi.waitFor(() => expect(card()).toMatchObject({ step: 'card', trying: false, problem: null }), BUSY);
    await takeNetwork();
    expect(desk.getState().networkId).toBe('own-my-net');
    setEngine(null);
    await importFiles([weights()]);
    expect(desk.getState().importing).toMatchObject({
      step: 'refused',
      problem: { what: 'The file was not read: the engine is not running.', where: 'my net.safetensors' },
    });
  });

  it('that no longer exists is replaced by a network of the zoo, with a message', async () => {
    desk.setState({ ownNetworks: [{ id: 'own-gone', label: 'gone', architecture: tiny, at: 1 }] });
    expect(await openNetwork('own-gone')).toBe(true);
    expect(desk.getState()).toMatchObject({ networkId: 'resnet8', network: { id: 'resnet8' } });
    expect(desk.getState().problems.at(-1)?.text).toBe('It is not in this browser. Until then, ResNet-8 is shown.');
  });
});

it('names of imported networks are safe to display and to use in links', () => {
  expect(cleanLabel('  a\u202E b\n<i>\u0000 ')).toBe('a b <i>');
  expect([...cleanLabel('x'.repeat(500))]).toHaveLength(60);
  expect(ownId('Môdel v2.1 (final)')).toBe('own-model-v2-1-final');
  expect(ownId('模型')).toBe('own-network');
});

it('reorders classes by name only if all are named', () => {
  expect(orderByNames(['b', 'A', 'c'], ['a', 'b', 'c'])).toEqual([1, 0, 2]);
  expect(orderByNames(['a', 'b', 'c'], ['a', 'b', 'c'])).toBeUndefined();
  expect(orderByNames(['a', 'b', 'x'], ['a', 'b', 'c'])).toBeUndefined();
  expect(orderByNames([], ['a', 'b'])).toBeUndefined();
});
