"""Values and rules. Nothing here knows of files, clocks, networks, Git or MediaWiki's API."""
