"""Demonstration projects: officials record houses with what really went into them."""
