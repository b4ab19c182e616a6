"""Measurements, each one command: `make bench-road`, `make bench-start`. The last line on stdout is figures as JSON."""
