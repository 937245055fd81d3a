"""The shop window: home, kinds, lists, product and seller pages. Joins domains, owns no table."""
