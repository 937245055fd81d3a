"""What was sold: orders frozen at the moment of sale, parcels, cancellations and refunds."""
