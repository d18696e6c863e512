"""Looks over what the site is deployed with: linters of others, the very steps of the Dockerfile, without an engine."""
