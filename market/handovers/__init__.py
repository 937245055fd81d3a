"""Handing goods over at pick-up points: what is to come, what arrived, who fetched it by code."""
