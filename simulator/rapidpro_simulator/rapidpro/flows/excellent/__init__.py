"""Excellent, the expression language of RapidPro's templates."""
