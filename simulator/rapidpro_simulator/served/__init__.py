"""A simulation that is served over TCP: what it is to hold, and how it lives in a thread of its own."""
