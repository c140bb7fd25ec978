"""How long tests wait for what happens in real time: a busy machine is no failure."""

PATIENCE = 300.0  # real seconds until another process has failed the test
