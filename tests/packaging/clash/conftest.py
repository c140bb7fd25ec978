"""The project's steps are in a package of its own."""

pytest_plugins = ["steps"]
