"""The bridge: the wiki on one side, the hub's repository on the other. Runs in CI; may be killed at any moment."""
