"""Application classes: what a use (a child's room, load-bearing …) asks of a product."""
