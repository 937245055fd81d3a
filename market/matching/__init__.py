"""Joins requests and crews: who is asked, in which order and why; acceptance, award, clocks."""
