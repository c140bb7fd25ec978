"""Texts: strings as Go has them, regular expressions, collations, phone numbers and URNs."""
