"""What training minimises. The only files where time comes first, as torch's CTC wants it."""
