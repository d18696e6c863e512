"""Blocks that a protocol is written with."""
