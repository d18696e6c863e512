"""What other programs may read, and ask: released content, and the released checks (docs/api.md)."""
