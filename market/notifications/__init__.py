"""Messages to people: the inbox of the site, and an outbox for short messages and mail."""
