"""What is sold: kinds, products, variants, listings, and the stock behind them."""
