"""What we measure, and how: see README.md. Run it with `python -m benchmarks`."""
