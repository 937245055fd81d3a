"""From cart to order: the one price, the reservation, and what a payment leads to."""
