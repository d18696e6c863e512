"""Whether the works that our claims rest on still stand: links, retractions, changed guidelines."""
