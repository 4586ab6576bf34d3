"""`python -m speechrnn.cli` is the command `speechrnn`."""

from speechrnn.cli.app import main

if __name__ == "__main__":
    main()
