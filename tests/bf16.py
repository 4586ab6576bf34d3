"""What only a processor with an LSTM in bfloat16 can be tested for."""

import pytest

from speechrnn.training.precision import bf16_runs

needs_bf16_lstm = pytest.mark.skipif(not bf16_runs("lstm"), reason="this processor has no LSTM in bfloat16")
