"""The forms: one function per kind of thing, painted with the colours a recipe names."""
