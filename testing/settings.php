<?php
// The settings of a wiki for tests. Each wiki has its own copy, as LocalSettings.php in its folder.
if ( !defined( 'MEDIAWIKI' ) ) {
	exit;
}

$wgSitename = 'Testwiki';
$wgMetaNamespace = 'Project';
$wgLanguageCode = trim( file_get_contents( __DIR__ . '/language' ) );
$wgServer = 'http://127.0.0.1:' . trim( @file_get_contents( __DIR__ . '/port' ) ?: '8080' );
$wgScriptPath = '';
$wgUsePathInfo = true;
$wgSecretKey = str_repeat( '0123456789abcdef', 4 );
$wgUpgradeKey = '0123456789abcdef';
$wgAuthenticationTokenVersion = '1';

$wgDBtype = 'sqlite';
$wgDBname = 'wiki';
$wgSQLiteDataDir = __DIR__ . '/data';
$wgDBservers = [ [
	'type' => 'sqlite',
	'dbname' => 'wiki',
	'host' => '',
	'load' => 1,
	'flags' => DBO_DEFAULT,
	// A test wiki need not outlive a power cut.
	'variables' => [ 'synchronous' => 'OFF' ],
] ];
$wgObjectCaches[CACHE_DB] = [
	'class' => 'SqlBagOStuff',
	'loggroup' => 'SQLBagOStuff',
	'server' => [
		'type' => 'sqlite',
		'dbname' => 'wikicache',
		'tablePrefix' => '',
		'variables' => [ 'synchronous' => 'OFF' ],
		'dbDirectory' => $wgSQLiteDataDir,
		'trxMode' => 'IMMEDIATE',
		'flags' => 0,
	],
];
// Several PHP processes answer at once, so every cache is one that they share.
$wgMainCacheType = CACHE_DB;
$wgParserCacheType = CACHE_DB;
$wgMessageCacheType = CACHE_DB;
$wgSessionCacheType = CACHE_DB;
$wgCacheDirectory = __DIR__ . '/cache';
$wgLocalisationCacheConf['store'] = 'array';
$wgLocalisationCacheConf['manualRecache'] = false;
$wgTmpDirectory = __DIR__ . '/tmp';
$wgUploadDirectory = __DIR__ . '/images';

$wgJobRunRate = 0;
$wgEnableEmail = false;
$wgEnableUploads = false;
$wgUseInstantCommons = false;
$wgPingback = false;
$wgRateLimits = [];
$wgPasswordAttemptThrottle = [];
$wgAccountCreationThrottle = 0;
$wgPasswordPolicy['policies'] = [ 'default' => [ 'MinimalPasswordLength' => [ 'value' => 1 ] ] ];
$wgShowExceptionDetails = true;

wfLoadExtension( 'Cite' );
wfLoadExtension( 'ParserFunctions' );

if ( is_readable( __DIR__ . '/extra.php' ) ) {
	require __DIR__ . '/extra.php';
}
// What a story adds for a while. Each is a new file, since PHP keeps what it has compiled.
foreach ( glob( __DIR__ . '/settings/*.php' ) as $file ) {
	require $file;
}
