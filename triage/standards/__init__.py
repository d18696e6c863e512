"""A released protocol as other people's standards write it: values of the engine in, plain dictionaries or text out."""
