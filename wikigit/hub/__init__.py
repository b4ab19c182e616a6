"""The hub: where the kits' branches meet. An ordinary Git repository; it never talks to the wiki."""
