"""Suppliers of whole solutions: graded by criteria, with evidence, by the officials of a region."""
