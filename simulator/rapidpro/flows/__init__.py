"""RapidPro's flow engine: definitions in, events out. It is pure: time, chance, assets and services are handed in."""
