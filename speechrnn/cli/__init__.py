"""The door: one file per subcommand. Heavy imports sit inside the commands, so that `--help` answers at once."""
