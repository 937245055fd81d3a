"""Provinces, cities, counties, townships: names, distances, climate zones, the visitor's choice."""
