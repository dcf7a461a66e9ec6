// The names and layouts of the zoo's weights in PyTorch programs. Those of scripts/zoo/train.py are known by name.
import { type Architecture, layersOf } from '../../../graph/network';

/** PyTorch modules of a layer and of its batch norm. */
export interface TorchModules {
  readonly layer: string;
  /** Empty for a layer without batch norm. */
  readonly norm: string;
}

/** Module names of scripts/zoo/train.py by layer, in execution order; undefined for a network that the script lacks. */
export function torchModules(architecture: Architecture): ReadonlyMap<string, TorchModules> | undefined {
  const modules = new Map<string, TorchModules>();
  const residual = architecture.name.startsWith('ResNet');
  let convolutions = 0;
  for (const { id } of layersOf(architecture)) {
    const block = /^(\d)(?:\.(\d))?([abs])$/.exec(id);
    const plain = /^(\d)\.\d$/.exec(id);
    if (id === 'fc') modules.set(id, { layer: 'fc', norm: '' });
    else if (residual && id === 'stem') modules.set(id, { layer: 'conv1', norm: 'bn1' });
    else if (residual && block) {
      const prefix = `stages.${Number(block[1]) - 1}.${Number(block[2] ?? 1) - 1}`;
      const part =
        block[3] === 's' ? ['shortcut.0', 'shortcut.1'] : block[3] === 'a' ? ['conv1', 'bn1'] : ['conv2', 'bn2'];
      modules.set(id, { layer: `${prefix}.${part[0]}`, norm: `${prefix}.${part[1]}` });
    } else if (!residual && plain) {
      // features: conv, bn and relu per convolution, and one pool after each stage
      const index = convolutions++ * 3 + Number(plain[1]) - 1;
      modules.set(id, { layer: `features.${index}`, norm: `features.${index + 1}` });
    } else return undefined;
  }
  return modules;
}
