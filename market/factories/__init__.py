"""Factory profiles of makers: what they claim of their works, and what officials confirmed."""
