"""Certification bodies and certificates: entry, review, standing, and the gate they open."""
