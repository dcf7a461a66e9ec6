// A Keras model as a flat list of layer calls in execution order, in any dialect: Sequential and Functional, nested in
// each other, Keras 2 (inbound_nodes as lists) and Keras 3 (as __keras_tensor__ objects), TF.js.
import { IMPORT_LIMITS, ImportError, nameWithin, type Unsupported } from '../importer';
import { Refusal } from '../refusal';
import { Config, malformed } from './config';
import { type Ref, refsIn } from './references';

/** A layer as stored in the file. */
export interface KerasLayer {
  readonly name: string;
  readonly className: string;
  readonly config: Config;
  /** Names of the enclosing models, outermost first. */
  readonly outer: readonly string[];
  /** Its path in the weights of a .keras file, e.g. `layers/conv2d_1`. */
  readonly checkpoint: string;
  /** The class of the wrapper around it, which was taken off. */
  readonly wrapper?: string;
}

/** A layer applied to outputs of earlier calls. */
export interface KerasCall {
  /** Unique; the layer's name where that is. */
  readonly id: string;
  readonly layer: KerasLayer;
  /** Ids of calls. */
  readonly inputs: readonly string[];
}

export interface KerasModel {
  readonly name: string;
  readonly calls: readonly KerasCall[];
  /** Id of the call with the model's output. */
  readonly output: string;
}

/** The result of `flattenModel`: no model if unsupported parts keep it from being followed. */
export interface Flattened {
  readonly model: KerasModel | undefined;
  /** Every layer of the file, for the card. */
  readonly layers: readonly KerasLayer[];
  readonly unsupported: readonly Unsupported[];
}

interface RawLayer extends KerasLayer {
  readonly calls: readonly (readonly Ref[])[];
}

/** Why a layer that is called twice cannot run. */
export const SHARED = [
  'It is used more than once, with the same weights; each layer here has its own.',
  'Build the model with a layer for each use.',
] as const;

const NESTED = new Set(['Sequential', 'Functional', 'Model']);

/**
 * Wrappers of TensorFlow's model optimization toolkit around a layer: pruning and quantization-aware training. The layer's
 * own weights are stored under the wrapper's name.
 */
const WRAPPERS = new Set(['PruneLowMagnitude', 'QuantizeAnnotate', 'QuantizeWrapper', 'QuantizeWrapperV2']);

/** @throws ImportError if the description contradicts itself, or exceeds IMPORT_LIMITS. */
export function flattenModel(description: unknown, where: string): Flattened {
  return new Flattener(where).run(description);
}

/** As keras.src.utils.naming.to_snake_case, the source of the weight names in a .keras file. */
function snakeCase(name: string): string {
  return name
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}

class Flattener {
  private readonly calls: KerasCall[] = [];
  private readonly ids = new Set<string>();
  private readonly layers: KerasLayer[] = [];
  private readonly unsupported: Unsupported[] = [];

  constructor(private readonly where: string) {}

  run(description: unknown): Flattened {
    const fields = new Config(description, this.where);
    const className = fields.text('class_name', '');
    const name = fields.inner('config').text('name', className);
    const top: KerasLayer = {
      name,
      className,
      config: new Config(this.configOf(fields), this.where),
      outer: [],
      checkpoint: '',
    };
    if (!NESTED.has(className)) {
      this.refuse(
        top,
        'Its forward pass is Python code, which is not in the file.',
        'Export it as ONNX (tf2onnx), or build it of Keras layers as a functional model.',
      );
      return { model: undefined, layers: this.layers, unsupported: this.unsupported };
    }
    const output = this.flatten(top, undefined);
    const model = output === undefined ? undefined : { name, calls: this.calls, output };
    return { model, layers: this.layers, unsupported: this.unsupported };
  }

  private refuse({ name, className }: KerasLayer, why: string, next: string): void {
    this.unsupported.push(new Refusal(why, next).of(name, className));
  }

  /** Old versions list the layers of a Sequential without an enclosing object. */
  private configOf(fields: Config): unknown {
    const config = fields.get('config');
    return Array.isArray(config) ? { layers: config } : config;
  }

  /**
   * Adds the calls of a model.
   * @param given ids of the inputs of a nested model; undefined for the outermost
   * @returns id of its output; undefined if it cannot be followed.
   */
  private flatten(model: KerasLayer, given: readonly string[] | undefined): string | undefined {
    const layers = this.layersOf(model);
    return model.className === 'Sequential' ? this.chain(model, layers, given) : this.graph(model, layers, given);
  }

  private layersOf({ name, config, outer, checkpoint }: KerasLayer): RawLayer[] {
    const inside = checkpoint === '' ? outer : [...outer, name];
    const used = new Map<string, number>();
    return config.list('layers').map((value): RawLayer => {
      const fields = new Config(value, config.where);
      const className = fields.text('class_name', '');
      const stated = fields.text('name', fields.inner('config').text('name', snakeCase(className)));
      const layerName = nameWithin(stated, `${this.where}, a layer of "${name}"`);
      const stem = className === 'Model' ? 'functional' : snakeCase(className);
      const number = used.get(stem) ?? 0;
      used.set(stem, number + 1);
      const where = `${this.where}, layer "${layerName}"`;
      const own = new Config(this.configOf(fields), where);
      const wrapped = WRAPPERS.has(className) ? new Config(own.get('layer'), where) : undefined;
      const layer: RawLayer = {
        name: layerName,
        className: wrapped?.text('class_name', '') ?? className,
        config: wrapped ? new Config(wrapped.get('config'), where) : own,
        ...(wrapped && { wrapper: className }),
        outer: inside,
        checkpoint: `${checkpoint === '' ? '' : `${checkpoint}/`}layers/${number === 0 ? stem : `${stem}_${number}`}`,
        calls: fields.list('inbound_nodes').map((call) => refsIn(call)),
      };
      if (this.layers.length >= IMPORT_LIMITS.nodes) throw this.tooLarge();
      if (!NESTED.has(className)) this.layers.push(layer);
      return layer;
    });
  }

  private tooLarge(): ImportError {
    return new ImportError({
      what: `The model has more than ${IMPORT_LIMITS.nodes} layers.`,
      where: this.where,
      why: 'Larger models do not fit this page.',
      next: 'Choose a smaller network.',
    });
  }

  /** One call; for a nested model, the calls inside. */
  private call(layer: RawLayer, inputs: readonly string[]): string | undefined {
    if (NESTED.has(layer.className)) return this.flatten(layer, inputs);
    if (this.calls.length >= IMPORT_LIMITS.nodes) throw this.tooLarge();
    const name = layer.wrapper === undefined ? layer.name : layer.config.text('name', layer.name);
    let id = name;
    for (let copy = 1; this.ids.has(id); copy++) id = `${name}_${copy}`;
    this.ids.add(id);
    this.calls.push({ id, layer, inputs });
    return id;
  }

  private chain(
    model: KerasLayer,
    layers: readonly RawLayer[],
    given: readonly string[] | undefined,
  ): string | undefined {
    let last = given?.[0];
    for (const layer of layers) {
      if (layer.className === 'InputLayer' && last !== undefined) continue;
      if (last === undefined && NESTED.has(layer.className)) {
        last = this.flatten(this.withBuildShape(layer, model), undefined); // a nested model brings its own input
        if (last === undefined) return undefined;
        continue;
      }
      if (layer.className !== 'InputLayer' && last === undefined) last = this.impliedInput(model, layer);
      last = this.call(layer, layer.className === 'InputLayer' ? [] : [last as string]);
      if (last === undefined) return undefined;
    }
    if (last === undefined) throw malformed('The model has no layers.', this.where);
    return last;
  }

  /** A nested Sequential without a stated input reads the input that the outer model was built with. */
  private withBuildShape(layer: RawLayer, { config }: KerasLayer): RawLayer {
    const shape = config.get('build_input_shape');
    if (layer.className !== 'Sequential' || shape === undefined) return layer;
    const own = { build_input_shape: shape, ...Object.fromEntries(layer.config.entries()) };
    return { ...layer, config: new Config(own, layer.config.where) };
  }

  /** A Sequential may state its input in its first layer, or beside the layers. */
  private impliedInput({ config }: KerasLayer, first: RawLayer): string {
    const shape =
      first.config.get('batch_shape') ?? first.config.get('batch_input_shape') ?? config.get('build_input_shape');
    return this.call(
      {
        name: 'input',
        className: 'InputLayer',
        config: new Config({ batch_shape: shape }, `${this.where}, layer "${first.name}"`),
        outer: [],
        checkpoint: '',
        calls: [],
      },
      [],
    ) as string;
  }

  private graph(
    model: KerasLayer,
    layers: readonly RawLayer[],
    given: readonly string[] | undefined,
  ): string | undefined {
    const inputs = refsIn(model.config.get('input_layers'));
    const outputs = refsIn(model.config.get('output_layers'));
    const byName = new Map(layers.map((layer) => [layer.name, layer]));
    if (byName.size !== layers.length) throw malformed('Two layers have the same name.', model.config.where);
    const before = this.unsupported.length;
    if (inputs.length !== 1)
      this.refuse(
        model,
        `It has ${inputs.length} inputs; one image is what the page can feed.`,
        'Save a model of one input.',
      );
    if (outputs.length !== 1)
      this.refuse(
        model,
        `It has ${outputs.length} outputs; one list of classes is needed.`,
        'Save a model of one output: keras.Model(inputs, outputs[0]).',
      );
    for (const layer of layers) {
      if (NESTED.has(layer.className) && layer.calls.length > 1) this.refuse(layer, ...SHARED);
      if (layer.calls.some((refs) => refs.some(([, , output]) => output > 0)))
        this.refuse(
          layer,
          'It reads the second output of a layer; layers here have one.',
          'Build the model without it.',
        );
    }
    if (this.unsupported.length > before) return undefined;
    const [input] = inputs;
    const done = new Map<string, string>();
    if (given !== undefined) done.set(`${input[0]}\n0`, given[0]);
    /** Key of a reference's target. Nested models count their calls from 1: the call that built them was the first. */
    const key = ([name, call]: Ref): string => {
      const layer = byName.get(name);
      if (layer === undefined) throw malformed(`"${name}" is read, but there is no such layer.`, model.config.where);
      return `${name}\n${Math.min(call, Math.max(0, layer.calls.length - 1))}`;
    };
    let waiting = layers.flatMap((layer) =>
      (layer.className === 'InputLayer' ? [[]] : layer.calls).map((refs, index) => ({
        layer,
        name: `${layer.name}\n${index}`,
        needs: refs.map(key),
      })),
    );
    while (waiting.length > 0) {
      const later: typeof waiting = [];
      for (const item of waiting) {
        if (done.has(item.name)) continue;
        if (!item.needs.every((need) => done.has(need))) later.push(item);
        else {
          const inputs = item.needs.map((need) => done.get(need) as string);
          const id = this.call(item.layer, inputs);
          if (id === undefined) return undefined;
          done.set(item.name, id);
        }
      }
      if (later.length === waiting.length)
        throw malformed(`The layers read each other in a circle, "${later[0].layer.name}" among them.`, this.where);
      waiting = later;
    }
    const output = done.get(key(outputs[0]));
    if (output === undefined) throw malformed(`Nothing is given to the output layer "${outputs[0][0]}".`, this.where);
    return output;
  }
}
