<?php
$client = new SoapClient(getenv('CLICKATELL_ENDPOINT') . '?wsdl', ['cache_wsdl' => WSDL_CACHE_NONE]);
$login = $client->auth(['api_id' => 123456, 'user' => 'demo', 'password' => 'demo'])->return;
$session = substr($login, strlen('OK: '));

function send($to, $text) {
    global $client, $session;
    $reply = $client->sendmsg(['session_id' => $session, 'to' => $to, 'text' => $text])->return;
    return substr($reply, strlen('ID: '));
}
