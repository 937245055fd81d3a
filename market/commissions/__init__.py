"""What the platform keeps of a sale: rules, the most specific of which wins."""
