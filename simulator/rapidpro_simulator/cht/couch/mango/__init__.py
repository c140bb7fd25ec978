"""Mango, CouchDB's query language: selectors, indexes, and the queries of `_find`."""
