"""Content in files: read, checked and loaded as pages."""
