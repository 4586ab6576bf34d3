"""Models on their way between people: listed, fetched by address, sent to a hub."""
