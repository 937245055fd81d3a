"""Injected faults: what must go on, what must heal, what must never be shown."""
