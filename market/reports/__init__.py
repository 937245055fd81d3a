"""What officials, operators and the audit look at: reads across all domains, writes nothing."""
