"""Promotions: a pure engine that explains itself, budgets and limits that cannot be overspent."""
