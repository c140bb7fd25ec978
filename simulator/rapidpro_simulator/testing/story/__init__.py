"""The part of the pytest plugin that writes a run down for people: `--story report.html`, `--summary summary.md`."""
