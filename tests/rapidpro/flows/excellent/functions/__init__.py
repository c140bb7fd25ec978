"""Functions of expressions, told as expressions and what they are worth."""
