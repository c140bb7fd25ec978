"""Messages to and from phones as CHT keeps them in its documents: numbers, states, and in which state one begins.

Pure: nothing here knows of HTTP or of a database.
"""
