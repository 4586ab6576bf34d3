"""Text in and out: normalisation, and the alphabet that turns characters into label ids."""
