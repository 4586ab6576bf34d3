"""A model behind HTTP: OpenAI's transcription endpoint, live streams over WebSocket, and a page to try both.

Needs the extra `serve`; only `speechrnn.cli.serve` comes here.
"""
