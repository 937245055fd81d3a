"""Search: what a buyer means, which products answer it, and an index that may be lost."""
