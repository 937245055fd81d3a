"""Stored pictures and documents."""
