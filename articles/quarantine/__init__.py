"""The way in for raw text: kept unchanged and never public, taken apart into claims that people decide about."""
