"""Trace codes on goods: printed by makers, scanned by anyone, watched for copies."""
