"""Sheets of a seller: products, pack sizes, prices and stock, out to a file and back in."""
