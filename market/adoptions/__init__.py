"""Adoption databases of provinces: products reviewed twice, gone by themselves, with their uses."""
