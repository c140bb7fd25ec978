"""A deterministic simulator of RapidPro and CHT."""
