"""The commands `expr` and `flow`: the language and the flows of RapidPro on the command line."""
