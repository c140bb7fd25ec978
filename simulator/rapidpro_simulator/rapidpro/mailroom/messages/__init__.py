"""Messages: broadcasts become rows, rows get a destination, incoming ones are taken."""
