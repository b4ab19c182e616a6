"""What public wikis have against abuse, for a test wiki: filters, lists, captchas. All sleep until a test wakes them.

It knows nothing of wikigit, so that what it says about a wiki can be believed.
"""

import json
from collections.abc import Mapping, Sequence

from testing.mediawiki import MediaWiki

SETTINGS = """
wfLoadExtensions( [ 'AbuseFilter', 'ConfirmEdit', 'ConfirmEdit/QuestyCaptcha', 'SpamBlacklist', 'TitleBlacklist' ] );
$wgAbuseFilterEmergencyDisableCount['default'] = 1000000;
$wgBlacklistSettings = [ 'spam' => [ 'files' => [] ] ];
$wgTitleBlacklistSources = [ [ 'type' => 'localpage', 'src' => 'MediaWiki:Titleblacklist' ] ];
$wgCaptchaTriggers = array_fill_keys( [ 'edit', 'create', 'addurl', 'createaccount', 'badlogin' ], false );
$wgCaptchaQuestions = [ 'The capital of Burundi?' => [ 'Gitega' ] ];
"""
"""For `install(…, extra_settings=SETTINGS)`."""

_ADD = """
$store = MediaWiki\\Extension\\AbuseFilter\\AbuseFilterServices::getFilterStore();
foreach ( json_decode( FILTERS, true ) as $name => [ $word, $actions ] ) {
	$filter = MediaWiki\\Extension\\AbuseFilter\\Filter\\MutableFilter::newDefault();
	$none = clone $filter;
	$filter->setName( $name );
	$filter->setGroup( 'default' );
	$filter->setRules( "added_lines contains '$word'" );
	$filter->setActions( $actions );
	$status = $store->saveFilter( User::newFromName( 'Admin' ), null, $filter, $none );
	if ( !$status->isGood() ) {
		throw new RuntimeException( "$name: $status" );
	}
}
"""

Filters = Mapping[str, tuple[str, Mapping[str, Sequence[str]]]]
"""The filter's name → (a word, what is done where an edit adds it, in AbuseFilter's own form)."""


def add_filters(wiki: MediaWiki, filters: Filters) -> None:
    """Make abuse filters, which answer to words that an edit adds."""
    told = json.dumps(filters).replace("\\", "\\\\").replace("'", "\\'")
    wiki.run(_ADD.replace("FILTERS", f"'{told}'"))
