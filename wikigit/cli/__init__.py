"""The mouth: arguments, progress, colours, JSON, exit codes, environment."""
