"""The API: the same services as the pages, for programs, with scoped tokens."""
