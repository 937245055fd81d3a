"""Makers, shops and malls: application and review, members, where they deliver and for how much."""
