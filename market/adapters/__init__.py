"""The only importers of payment, search, mail, queue and file systems of others."""
