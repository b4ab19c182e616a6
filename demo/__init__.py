"""The whole road for real: a MediaWiki, a hub, two kits, sticks, and back. Run it with `make demo`."""
