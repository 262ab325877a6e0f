import manifest from 'onnxruntime-node/package.json' with { type: 'json' };

/** Release of ONNX Runtime; read off the package, since loading the library takes 40 ms. */
export const onnxruntimeVersion: string = manifest.version;
