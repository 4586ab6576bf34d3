"""Corpora: from a folder as its host publishes it to checked lhotse manifests."""
