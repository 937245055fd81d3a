"""Printed quotations of configured bundles: a number, a date, the price with its reasons."""
