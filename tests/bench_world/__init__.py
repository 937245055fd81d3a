"""The world that `make bench` measures, made small."""
