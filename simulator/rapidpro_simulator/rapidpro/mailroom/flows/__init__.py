"""Running flows: the engine gets what it needs to know, and what it says takes effect."""
