// Which networks and images go together: a keyword spotter reads spectrograms, the others pictures.
import { type DatasetId, datasets } from '../../data/registry';
import { type AnyNetworkId, isZooNetwork, networks } from '../../zoo/registry';

/** False if the network of the zoo is made for other images than these; imported ones are for what their owners say. */
function suits(network: AnyNetworkId, dataset: DatasetId): boolean {
  const images = datasets[dataset];
  if (!('shows' in images) || !isZooNetwork(network)) return true;
  return (networks[network].hears === true) === (images.shows === 'sounds');
}

/** The network on the desk if these images suit it, otherwise one that they suit. */
export function networkFor(dataset: DatasetId, current: AnyNetworkId): AnyNetworkId {
  if (suits(current, dataset)) return current;
  return suits('ds-cnn', dataset) ? 'ds-cnn' : 'resnet8';
}

/** The images on the desk if the network suits them, otherwise included ones that it suits. */
export function imagesFor(network: AnyNetworkId, current: DatasetId): DatasetId {
  if (suits(network, current)) return current;
  return suits(network, 'words12') ? 'words12' : 'emoji10';
}
