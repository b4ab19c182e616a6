"""The door to MediaWiki: nobody else imports mwclient or requests."""
