"""Models of the gate."""

from review.models.page import ReviewedPage

__all__ = ["ReviewedPage"]
