"""Patient stories read through in another language: what a reviewer sees, what was read, and what is left to read."""
