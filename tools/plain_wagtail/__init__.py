"""A plain Wagtail site with one guide of the size of ours: what most sites are, to compare with in the benchmark."""
