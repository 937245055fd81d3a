"""Batches of products: when and how much was made, with which report and certificate."""
