"""Public corpora in miniature, each as its host publishes it: archives, folders, formats, transcripts, oddities."""
