"""Importers: what people already have, in the layouts of other programs, listed as utterances."""
