"""Regional solution bundles: house inputs to quantities, packs, listings, price and carbon."""
