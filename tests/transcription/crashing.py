"""Work that kills its process, and work that never ends.

By itself, since each process imports the module that its work stands in.
"""

import os
import time
from pathlib import Path

from speechrnn.transcription import parallel
from speechrnn.transcription.batch import Job, Outcome, Settings

_work = parallel._work


def dies_at_the_second(job: Job, settings: Settings) -> list[Outcome]:
    """Crash at the recording called 1, as a fault inside of a library does."""
    if Path(job.source).stem == "1":
        os._exit(9)
    return _work(job, settings)


def never_ends(job: Job, settings: Settings) -> list[Outcome]:
    """Leave the id of this process beside the recording, and stay."""
    partial = Path(job.source).with_suffix(".partial")
    partial.write_text(str(os.getpid()))
    partial.replace(partial.with_suffix(".pid"))
    time.sleep(300)
    return []
