"""Finding pages by the words that people use: names, other words, misspellings, other languages."""

from portal.search.find import Results, search
from portal.search.suggest import suggestions

__all__ = ["Results", "search", "suggestions"]
