"""Contacts: the values of their fields, the groups that queries fill, and their tickets."""
