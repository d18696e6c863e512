"""Articles on paper: tagged PDF, made by a process of its own that reaches neither the network nor our files."""
