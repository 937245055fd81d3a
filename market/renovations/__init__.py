"""Renovation requests of households, the quotes of crews, and the one award."""
