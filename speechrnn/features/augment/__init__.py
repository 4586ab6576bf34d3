"""Seeded changes to training utterances, one kind a file; every draw comes from the NumPy generator passed in."""
