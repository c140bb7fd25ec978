"""A package of the project's own, under a name that others have as well."""
