"""Standards: a library with what supersedes what, who cites it, and who has read it."""
