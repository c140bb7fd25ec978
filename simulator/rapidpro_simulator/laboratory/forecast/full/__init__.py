"""The same incident in the full simulation: every request over HTTP, every document in CouchDB. The model's judge."""
