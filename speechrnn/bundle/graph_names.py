"""Names of values in an exported graph that others look for."""

from typing import Final

FRONT_END: Final = "front_end/"
"""What every name of the front end begins with."""
LOG_MEL: Final = f"{FRONT_END}log_mel"
"""Log mel energies `(1, time, num_mel_bins)`, natural logarithm under kaldi and sphinx."""
LOG_PROBS: Final = "log_probs"
SAMPLES: Final = "samples"
