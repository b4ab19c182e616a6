"""Wikitext as people mean it: compare, merge, replay, normalise. Pure; nothing here knows Git or the wiki."""
