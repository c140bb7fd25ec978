"""Search for bugs: random worlds, judged by the rules of gateways; a breach becomes the shortest scenario of it."""
