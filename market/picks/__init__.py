"""What a place prefers: goods its officials recommend, and what its households buy."""
