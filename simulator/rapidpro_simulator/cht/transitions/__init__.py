"""Transitions: what CHT does to a document after it arrived, one file each, and the engine that runs them in order."""
