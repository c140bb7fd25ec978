"""The control API of served worlds, and the page that people look at."""
