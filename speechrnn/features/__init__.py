"""From samples to feature frames: cepstra or log mel energies, deltas, normalisation, augmentation."""
