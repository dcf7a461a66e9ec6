// Registers the gradients of tfjs, which its Node bundle does only through the umbrella package. That has 200 MB with what
// it needs, so scripts/buildLibrary.ts puts the gradients themselves in its place.
import '@tensorflow/tfjs';
