"""The command line: demo, serve, flow, expr, journal and conformance."""
