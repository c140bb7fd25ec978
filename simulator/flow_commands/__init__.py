"""`rapidsim expr` and `rapidsim flow`: the language and the flows of RapidPro on the command line."""
