"""What a RapidPro installation knows. No HTTP, no JSON: a model can be used and tested without a server."""
