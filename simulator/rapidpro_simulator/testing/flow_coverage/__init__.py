"""How much of the flows the scenarios have walked: `pytest --flow-coverage html,xml`."""
