"""The console: what a world does, for people to look at and to act on, as pages that the server renders."""
