"""From a prepared corpus to batches: lhotse cuts in, padded tensors out."""
