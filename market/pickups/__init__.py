"""Village pick-up points: where they are, on which days goods are dropped, and who took a place."""
