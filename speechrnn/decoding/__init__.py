"""From frame-wise log-probabilities to label sequences; numpy only."""
