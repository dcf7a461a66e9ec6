// Entry of the WebAssembly module: every function the kernels of src/nn/kernels call. AssemblyScript, not TypeScript:
// compiled by `npm run kernels` into src/nn/kernels/wasm/kernelBytes.ts.
//
// The module owns no memory. It imports tfjs' heap, takes byte addresses of tensors in it, and allocates nothing; so it
// may hold no static data either, which would be written over tfjs' own.
export * from './batchNorm';
export * from './blockFloat';
export * from './convFilterGrad';
export * from './convInputGrad';
export * from './convolution';
export * from './copyRuns';
export * from './fakeQuant';
export * from './learnedInput';
export * from './maxPool';
export * from './sgd';
