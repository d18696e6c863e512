"""Released checks for other programs: what there is to ask, and what follows from answers. Plain data, nothing kept."""
