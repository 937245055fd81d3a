"""Subsidies: schemes as data, vouchers at checkout, claims in arrears, interest and fees."""
