"""The kit: where people write. There is no internet here, and the power may go at any moment."""
