"""Spot checks of goods on sale: sampling plans, results, public notices, appeals."""
