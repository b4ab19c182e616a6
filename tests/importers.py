"""A wiki of one's own, for stories about mode `import`: who may import there, and the policy that says so."""

from __future__ import annotations

from dataclasses import replace

from testing.mediawiki import PASSWORD
from testing.mediawiki import MediaWiki as Server
from wikigit.core.config import IMPORT, OWN_WIKI
from wikigit.wiki.login import BotPassword

GRANTS = ("basic", "highvolume", "editpage", "createeditmovepage", "import")
SETTINGS = "$wgGroupPermissions['importers']['importupload'] = true;"
POLICY = replace(OWN_WIKI, mode=IMPORT, owner="The school of Ngozi")


def login(server: Server, account: str) -> BotPassword:
    """The bot password of an account that may import, made for it; the server has `SETTINGS`."""
    server.add_account(account, PASSWORD, "importers")
    return BotPassword(f"{account}@wikigit", server.bot_password(account, "wikigit", GRANTS))
