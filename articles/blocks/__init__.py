"""Blocks, from the smallest to the section of a guide."""
