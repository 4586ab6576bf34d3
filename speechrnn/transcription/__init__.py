"""A model file and sound in, transcripts out; onnxruntime and numpy only, never torch."""
