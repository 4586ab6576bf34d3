"""The one-file model: everything needed to use, check and credit a trained recogniser.

`read` and `find` need neither torch nor onnx; `export` needs both, `check` needs onnxruntime.
"""
