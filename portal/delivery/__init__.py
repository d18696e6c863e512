"""How released pages reach readers: made once, kept, and gone at once when anything in them changes (ADR 9)."""
