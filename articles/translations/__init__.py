"""Other languages: the same page with other words, part by part."""
