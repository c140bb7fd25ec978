"""Our flow engine against input-output pairs of the real one. The data is not part of this repository: see data.py."""
