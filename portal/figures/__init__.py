"""Figures that one looks at rather than reads: as drawings, as tables beside them, as files."""
