"""Append-only record of every privileged act."""
