"""Screens of the review: parse, one call, answer."""
