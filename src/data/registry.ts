// placeholder until the data room is built
export type DatasetId = 'emoji10' | 'cifar10' | 'folder';
