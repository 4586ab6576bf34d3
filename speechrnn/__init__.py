"""speechrnn: train your own small recurrent speech recogniser and run it offline.

The command is `speechrnn` (`speechrnn.cli.app`). As a library, the doors are `transcription.recognizer.Recognizer` for
a trained model, `training.folds.train_with_folds` for a recipe, and `model.cells` for the equations; docs/design.md
says what is in which room. Importing the package costs nothing: every heavy import sits inside the room that needs it.
"""

from typing import Final

__version__: Final = "0.1.0"
