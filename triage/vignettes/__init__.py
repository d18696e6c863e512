"""Patient stories as content: told to the check before it is signed, and to the public as its accuracy."""
