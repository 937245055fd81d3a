"""Carbon footprints: declarations of products, and the background factors they are made from."""
