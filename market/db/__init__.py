"""Engine, sessions, the unit of work and column types."""
