"""Hazardous substances: the operator's register, what makers declare, and what follows."""
