<?php
// The service as PHP's SoapServer would offer it from our WSDL; for `php -S`, which runs this for each request.
const SESSION = 'f95d64c67d1d10d17443d636e4101711';

function auth($api_id, $user, $password)
{
    if ((int) $api_id !== 123456) {
        return 'ERR: 108, Invalid or missing API ID';
    }
    return $user === 'demo' && $password === 'd&m<o> é' ? 'OK: ' . SESSION : 'ERR: 001, Authentication failed';
}

function ping($session_id)
{
    // The contract of document/literal says what its faults carry.
    $detail = getenv('EMULATOR_STYLE') === 'rpc-encoded' ? ['retry' => 'later'] : ['pingFault' => 'later'];
    if ($session_id === 'ffffffffffffffffffffffffffffffff') {
        throw new SoapFault('Server', 'The database is away & <gone>', null, $detail);
    }
    return $session_id === SESSION ? 'OK:' : 'ERR: 001, Authentication failed';
}

class Rpc
{
    public function auth($api_id, $user, $password)
    {
        return auth($api_id, $user, $password);
    }

    public function ping($session_id)
    {
        return ping($session_id);
    }
}

class Document
{
    public function auth($request)
    {
        return ['return' => auth($request->api_id, $request->user, $request->password)];
    }

    public function ping($request)
    {
        return ['return' => ping($request->session_id)];
    }
}

$server = new SoapServer(getenv('EMULATOR_WSDL'), ['cache_wsdl' => WSDL_CACHE_NONE]);
$server->setClass(getenv('EMULATOR_STYLE') === 'rpc-encoded' ? Rpc::class : Document::class);
$server->handle();
