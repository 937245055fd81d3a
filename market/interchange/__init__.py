"""Interchange of adoption data with partners: signed batches both ways, and mapping tables."""
