"""Manuals of products: six sections, in versions that never change once published."""
