"""The door to Git: pages, commits, refs, parcels. Nothing here knows the wiki's API or prints."""
