"""Households as their registers name them: which accounts are one, who says so, who decides."""
