"""Run a command and write the most memory it held, in MB, as the last line on stderr.

    python benchmarks/peak_memory.py COMMAND [ARGUMENT...]

A process counts the peak of whoever started it as its own, so a benchmark that is large itself cannot measure a small
command. This one is small.
"""

import resource
import subprocess
import sys


def main(command: list[str]) -> int:
    """Run, report, and return the exit code."""
    code = subprocess.call(command)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(peak * (1 if sys.platform == "darwin" else 1024) / 1e6, file=sys.stderr)  # bytes there, kilobytes elsewhere
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
