"""Pure vocabulary: money, time, ids, regions, actors, errors. Imports nothing of the project."""
