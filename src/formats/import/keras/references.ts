// What a call of a Keras layer reads, as files of any version write it.
import { fieldsOf } from '../json';

/** The output of one call of a layer: [layer, its call, output of the call]. */
export type Ref = readonly [name: string, call: number, output: number];

/** References inside the arguments of a call, in order. */
export function refsIn(value: unknown, found: Ref[] = []): Ref[] {
  if (Array.isArray(value)) {
    const [name, call, output] = value;
    if (typeof name === 'string' && Number.isInteger(call) && Number.isInteger(output)) {
      found.push([name, call, output]);
      for (const rest of value.slice(3)) refsIn(rest, found);
    } else for (const item of value) refsIn(item, found);
  } else {
    const fields = fieldsOf(value);
    const config = fieldsOf(fields.get('config'));
    if (fields.get('class_name') === '__keras_tensor__') refsIn(config.get('keras_history'), found);
    else for (const item of fields.values()) refsIn(item, found);
  }
  return found;
}
