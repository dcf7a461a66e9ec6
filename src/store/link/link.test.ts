// Links are read exactly as written and are short, and no mistyped, truncated or scrambled link breaks the page.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Architecture, layersOf } from '../../graph/network';
import { checkPolicy } from '../../graph/policy';
import { law } from '../../math/law.testing';
import { ArchitectureBuilder } from '../../zoo/definition';
import { type NetworkId, networks, zooArchitecture } from '../../zoo/registry';
import { initialDesk } from '../state/desk';
import { firstState, isLink, readLink, readOwn, withWeights, writeLink } from './link';
import { anyState } from './link.testing';

const [RUNS, LIMIT, LONG] = [500, 2000, 40];
/** An imported network with the maximum number of layers that a link must hold. */
function longNetwork(): Architecture {
  const net = new ArchitectureBuilder();
  let x = net.add('input', 'image', [], { shape: [32, 32, 3] });
  for (let i = 1; i < LONG; i++) x = net.convBn(`block.${i}/conv`, x, 8);
  net.add('dense', 'head', [net.add('globalAvgPool', 'pool', [x], {})], { units: 10, bias: true });
  return net.build('forty');
}
// An id of an imported network, as on the desk.
const own = 'own-a-rather-long-name-of-a-file-as-exporters-like-to-make-them-2024-11-03' as NetworkId;

const architectures = (Object.keys(networks) as NetworkId[]).map((id) => [id, zooArchitecture(id, 10)] as const);

const zooState = fc.constantFrom(...architectures).chain(([id, architecture]) => anyState(id, architecture));

describe('a link', () => {
  it('is read as exactly the state that was written', () => {
    law(
      [zooState],
      (state) => {
        expect(readLink(writeLink(state))).toEqual({ state, own: null, problems: [] });
      },
      RUNS,
    );
  });

  it(`is shorter than ${LIMIT} characters for ${LONG} layers, and names a network of one's own`, () => {
    const architecture = longNetwork();
    expect(layersOf(architecture)).toHaveLength(LONG);
    let longest = '';
    law(
      [anyState(own, architecture)],
      (state) => {
        const link = writeLink(state);
        if (link.length > longest.length) longest = link;
        expect(link.length).toBeLessThan(LIMIT);
        const reading = readLink(link);
        expect(reading.problems).toEqual([]);
        expect(reading.own).toMatchObject({ layers: LONG, id: own });
        if (reading.own === null || reading.state === null) throw new Error('no network of its own');
        const { policy, selection, inspected } = firstState(own, architecture);
        const opened = { ...reading.state, networkId: own, architecture, policy, selection, inspected };
        expect(readOwn(reading.own, opened)).toEqual({ state, problems: [] });
      },
      RUNS,
    );
    console.info(`longest link of ${LONG} layers: ${longest.length} characters`);
  });

  it('never throws, however damaged, and always gives a valid state', () => {
    const edit = fc.record({ at: fc.nat(), cut: fc.nat(12), put: fc.string({ unit: 'binary', maxLength: 12 }) });
    const mutated = fc.tuple(zooState, fc.array(edit, { minLength: 1, maxLength: 4 })).map(([state, edits]) =>
      edits.reduce((link, { at, cut, put }) => {
        const place = at % link.length;
        return link.slice(0, place) + put + link.slice(place + cut);
      }, writeLink(state)),
    );
    let understood = 0;
    law(
      [fc.oneof({ weight: 9, arbitrary: mutated }, { weight: 1, arbitrary: fc.string({ unit: 'binary' }) })],
      (link) => {
        const { state, own: asked, problems } = readLink(link);
        for (const { part, why, instead } of problems) {
          expect(part.length).toBeLessThan(90);
          expect([why, instead].join(' ')).toMatch(/^\S.+\. .+\.$/s);
        }
        if (state === null) {
          expect(problems).toHaveLength(1);
          return;
        }
        understood++;
        checkPolicy(state.architecture, state.policy);
        // The state that was understood can be linked to, without further problems.
        expect(readLink(writeLink(state))).toEqual({ state, own: null, problems: [] });
        if (asked) expect(asked.layers).toBeGreaterThanOrEqual(0);
      },
      RUNS,
    );
    expect(understood).toBeGreaterThan(RUNS / 2);
  });
});

describe('known links', () => {
  const read = (link: string) => {
    const { state, problems } = readLink(link);
    if (state === null) throw new Error(problems[0].why);
    return { state, problems };
  };

  it('has one character for a uniform policy, and one per layer for a mixed one', () => {
    const [, architecture] = architectures.find(([id]) => id === 'tiny') as (typeof architectures)[number];
    const state = read('v1/tiny/cifar10/w=8442f/a=4/quantizer=lsq/per=tensor/seed=7').state;
    expect(layersOf(architecture).map(({ id }) => state.policy[id].weights)).toEqual([8, 4, 4, 2, 32]);
    expect(layersOf(architecture).map(({ id }) => state.policy[id].activations)).toEqual([32, 4, 4, 4, 4]);
    expect(state.scheme).toEqual({ quantizer: 'lsq', granularity: 'tensor' });
    expect(state.trainingOptions.seed).toBe(7);
    expect(writeLink(state)).toBe('v1/tiny/cifar10/quantizer=lsq/per=tensor/w=8442f/a=4/seed=7');
  });

  it('has the initial desk as its first state', () => {
    const { networkId, architecture } = initialDesk();
    expect(initialDesk()).toMatchObject(firstState(networkId, architecture));
    expect(writeLink(initialDesk())).toBe('v1/resnet8/emoji10');
  });

  it('has the budget of the model size, apart from that of searches', () => {
    const { state, problems } = read('v1/resnet8/emoji10/fits=64KB-hold/budget=5minutes');
    expect(problems).toEqual([]);
    expect(state.budget).toEqual({ bytes: 65_536, mode: 'hold' });
    expect(state.searchForm).toMatchObject({ budgetKind: 'minutes', budgets: { minutes: 5 } });
    expect(read('v1/resnet8/emoji10/fits=63.7KB').state.budget).toEqual({ bytes: 63.7 * 1024, mode: 'warn' });
    expect(writeLink({ ...state, budget: { bytes: 63.7 * 1024, mode: 'warn' } })).toMatch(/fits=63\.7KB\//);
  });

  it('gives pins whose widths cannot be read ones that the quantizer has', () => {
    const { state } = read('v1/tiny/emoji10/quantizer=binary/pins=A-11-2');
    expect(state.pins.map(({ policy }) => policy.conv2.weights)).toEqual([1]);
    expect(readLink(writeLink(state)).problems).toEqual([]);
  });

  it('is understood despite punctuation appended by a chat', () => {
    for (const tail of ['.', ')', ').', '/', '>', '?'])
      expect(read(`v1/tiny/emoji10/w=4${tail}`)).toEqual(read('v1/tiny/emoji10/w=4'));
  });

  it.each([
    ['v1/resnet99/emoji10/w=4', 'resnet99', /tiny, resnet8/, /ResNet-8/],
    ['v1/constructor', 'constructor', /tiny, resnet8/, /ResNet-8/],
    ['v1/tiny/imagenet', 'imagenet', /emoji10, words12, cifar10/, /Emoji-10/],
    ['v1/tiny/emoji10/w=888', 'w=888', /3 widths for the 5 layers/, /stay/],
    ['v1/tiny/emoji10/w=88088', 'w=88088', /1 to 8, or f for float; conv3 had others/, /stay/],
    ['v1/tiny/emoji10/w=88x88', 'w=88x88', /1 to 8, or f for float; conv3 had others/, /stay/],
    ['v1/tiny/emoji10/a=f1888', 'a=f1888', /2 to 8, or f .*; conv2 had others/, /stay/],
    ['v1/tiny/emoji10/quantizer=lsqq', 'quantizer=lsqq', /affine, symmetric, lsq/, /stays symmetric/],
    ['v1/tiny/emoji10/quantizer=lsq/per=block:32', 'per=block:32', /per tensor or channel/, /stay per channel/],
    ['v1/tiny/emoji10/w=24f22/quantizer=twn', 'w=24f22', /has 2 bits for weights, or float; conv2 had/, /nearest/],
    ['v1/tiny/emoji10/seed=-1', 'seed=-1', /whole number from 0/, /stays 1/],
    ['v1/tiny/emoji10/epochs=1e400', 'epochs=1e400', /whole number from 1 to 300/, /stays 5/],
    ['v1/tiny/emoji10/augment=__proto__', 'augment=__proto__', /yes or no/, /stays yes/],
    ['v1/tiny/emoji10/select=2,9', 'select=2,9', /position, from 1 to 5/, /Only existing/],
    ['v1/tiny/emoji10/fits=64', 'fits=64', /such as 64KB/, /stays off/],
    ['v1/tiny/emoji10/colour=red', 'colour=red', /no such field/, /ignored/],
    ['v1/tiny/emoji10/seed=2/seed=3', 'seed=3', /twice/, /first/],
    ['v1/resnet8/cifar10/weights=1', 'weights=1', /other weights of ResNet-8 .*version 2/, /Accuracies differ/],
    ['v2/tiny', 'v2', /begin with v1/, /Nothing/],
  ])('%s: reports the part, the reason and what is done instead', (link, part, why, instead) => {
    const { problems } = readLink(link);
    expect(problems).toEqual([{ part, why: expect.stringMatching(why), instead: expect.stringMatching(instead) }]);
  });

  it('names the version of shipped weights that replaced others', () => {
    const written = (link: string) => withWeights(link, read(link).state);
    expect(written('v1/resnet8/cifar10/w=4')).toBe('v1/resnet8/cifar10/w=4/weights=2');
    expect(read('v1/resnet8/cifar10/w=4/weights=2')).toEqual(read('v1/resnet8/cifar10/w=4'));
    expect(written('v1/tiny/emoji10')).toBe('v1/tiny/emoji10');
  });

  it('is not read if it is far too long', () => {
    expect(readLink(`v1/tiny/emoji10/w=${'8'.repeat(9000)}`).state).toBeNull();
  });

  it('is distinguished from an anchor on the page', () => {
    const links = ['v1', 'v2/x', 'resnet8/emoji10', 'w=4'];
    expect(['desk', 'train', 'search', '', ...links].filter(isLink)).toEqual(links);
  });
});
