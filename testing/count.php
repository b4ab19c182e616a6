<?php
// Runs before each request: one line in the wiki's request log, unless the tests' own hand asks.
( static function () {
	$script = basename( $_SERVER['SCRIPT_NAME'] ?? '' );
	if ( !isset( $_SERVER['HTTP_X_TEST_HARNESS'] ) && in_array( $script, [ 'api.php', 'index.php' ], true ) ) {
		$line = $_SERVER['REQUEST_METHOD'] . ' ' . $script . ' ' . substr( json_encode( $_REQUEST['action'] ?? '' ), 1, -1 );
		file_put_contents( getenv( 'WIKI_REQUEST_LOG' ), $line . "\n", FILE_APPEND | LOCK_EX );
	}
} )();
