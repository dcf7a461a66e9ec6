// Residual networks for 32x32 images. Layers are named stage.block plus a or b for the two convolutions, s for a projection.
import { ArchitectureBuilder, type NetworkDefinition } from './definition';

const STAGES = [16, 32, 64] as const;

function buildResNet(
  name: string,
  blocks: number,
  projection: boolean,
  shape: readonly [number, number, number],
  classes: number,
) {
  const net = new ArchitectureBuilder();
  let x = net.convBn('stem', net.add('input', 'image', [], { shape }), 16);
  let channels = 16;
  STAGES.forEach((filters, stage) => {
    for (let block = 0; block < blocks; block++) {
      const id = blocks === 1 ? `${stage + 1}` : `${stage + 1}.${block + 1}`;
      const stride = stage > 0 && block === 0 ? 2 : 1;
      const a = net.convBn(`${id}a`, x, filters, { stride });
      const b = net.convBn(`${id}b`, a, filters, { relu: false });
      let shortcut = x;
      if (stride > 1 && projection) shortcut = net.convBn(`${id}s`, x, filters, { size: 1, stride, relu: false });
      else if (stride > 1) {
        // He et al.'s parameter-free shortcut ("option A"): every second pixel, with zero channels added on both sides.
        const sampled = net.add('subsample', `${id}.sub`, [x], { strides: [2, 2] });
        const extra = (filters - channels) / 2;
        shortcut = net.add('pad', `${id}.pad`, [sampled], { padding: [0, 0, 0, 0], channels: [extra, extra] });
      }
      x = net.add('relu', `${id}.relu`, [net.add('add', `${id}.add`, [b, shortcut], {})], {});
      channels = filters;
    }
  });
  net.add('dense', 'fc', [net.add('globalAvgPool', 'pool', [x], {})], { units: classes, bias: true });
  return net.build(name);
}

export const resnet8: NetworkDefinition = {
  label: 'ResNet-8',
  summary: 'Three residual blocks with 1x1 projections: 78,042 parameters, the image classifier of MLPerf Tiny.',
  reference: 'K. He et al., arXiv 1512.03385; size of MLPerf Tiny, arXiv 2106.07597',
  build: (shape, classes) => buildResNet('ResNet-8', 1, true, shape, classes),
};

export const resnet20: NetworkDefinition = {
  label: 'ResNet-20',
  summary: "Nine residual blocks with parameter-free shortcuts: 269,722 parameters, the papers' usual network.",
  reference: 'K. He et al., arXiv 1512.03385, section 4.2',
  build: (shape, classes) => buildResNet('ResNet-20', 3, false, shape, classes),
};
