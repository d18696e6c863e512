"""The hazard log: what could harm somebody, what keeps it from happening, and whether those controls work."""
