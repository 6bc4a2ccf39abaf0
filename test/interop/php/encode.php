<?php
// What PHP's SoapClient would send: writes the requests for the calls that standard input asks for, and sends none.
class Recorder extends SoapClient
{
    public function __doRequest($request, $location, $action, $version, $oneWay = false): ?string
    {
        throw new RuntimeException($request);
    }
}

$job = json_decode(stream_get_contents(STDIN), true);
$client = new Recorder($job['wsdl'], ['cache_wsdl' => WSDL_CACHE_NONE]);
$requests = [];
foreach ($job['calls'] as $call) {
    // Document/literal takes one structure, RPC the parameters one by one.
    $arguments = $job['style'] === 'rpc-encoded' ? array_values($call['parameters']) : [array_filter($call['parameters'], fn ($it) => $it !== null)];
    try {
        $client->__soapCall($call['operation'], $arguments);
    } catch (RuntimeException $request) {
        $requests[] = $request->getMessage();
    }
}
echo json_encode($requests);
