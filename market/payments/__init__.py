"""Money: payments, refunds, the inbox of the provider's notifications and the ledger."""
