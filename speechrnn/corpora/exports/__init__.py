"""Exports: a prepared corpus in the layouts of other toolkits."""
