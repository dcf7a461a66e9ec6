// The selection of layers, and the layer that is looked at.
import { type LayerKind, layersLike } from '../../policy/groups';
import { layersById } from '../measure/costs';
import { desk } from '../state/desk';

/** Shows a layer's weights in the inspector. */
export function inspectLayer(layer: string): void {
  if (desk.getState().inspected !== layer) desk.setState({ inspected: layer });
}

/** Selects a layer. With `add`, adds it to the selection, or removes it if it is selected. */
export function selectLayer(layer: string, add = false): void {
  const { selection } = desk.getState();
  inspectLayer(layer);
  if (!add) {
    if (selection.length !== 1 || selection[0] !== layer) desk.setState({ selection: [layer] });
  } else if (selection.includes(layer)) desk.setState({ selection: selection.filter((id) => id !== layer) });
  else desk.setState({ selection: [...selection, layer] });
}

/** Selects a layer by a tap: where several are selected, or one more is to be, adds it to them or removes it. */
export function tapLayer(layer: string): void {
  const { selection, selectsMore } = desk.getState();
  selectLayer(layer, selection.length > 1 || selectsMore);
  desk.setState({ selectsMore: false });
}

/** Lets the next tap on a layer's name add it to the one that is selected, or not. */
export function toggleSelectMore(): void {
  desk.setState(({ selectsMore }) => ({ selectsMore: !selectsMore }));
}

/** Selects layers, or adds them to the selection. The last one is looked at. */
export function selectLayers(layers: readonly string[], add = false): void {
  const { selection } = desk.getState();
  const last = layers.at(-1);
  if (last !== undefined) inspectLayer(last);
  desk.setState({ selection: add ? [...new Set([...selection, ...layers])] : layers });
}

/** Selects all layers of a kind like those selected or, if there are none, like the one that is looked at. */
export function selectLike(kind: LayerKind): void {
  const { selection, inspected, architecture } = desk.getState();
  const like = selection.length > 0 || inspected === null ? selection : [inspected];
  desk.setState({ selection: layersLike(kind, like, [...layersById(architecture).values()]) });
}
