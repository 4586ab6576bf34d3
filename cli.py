"""The door from a checkout: `python cli.py train ...` is `speechrnn train ...`."""

from speechrnn.cli.app import main

if __name__ == "__main__":
    raise SystemExit(main())
