"""Flow definitions: reading and checking them, bringing old ones up to date, and saying what they depend on."""
