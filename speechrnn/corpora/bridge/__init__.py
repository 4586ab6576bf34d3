"""The bridge to lhotse: its functions for public corpora do the work, our checks and splits take what they find."""
