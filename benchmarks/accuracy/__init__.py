"""The ablation: a list of experiments, their stored runs, and the table of what each change is worth."""
