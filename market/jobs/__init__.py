"""The book of the recurring jobs: when each ran last, how it went, when it is due again."""
