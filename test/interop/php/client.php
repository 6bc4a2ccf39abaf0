<?php
// A PHP program such as Clickatell's documentation shows: makes the calls that standard input asks for, and tells how they went.
$job = json_decode(stream_get_contents(STDIN), true);
$options = ['trace' => true, 'cache_wsdl' => WSDL_CACHE_NONE, 'connection_timeout' => 5];
$client = isset($job['wsdl'])
    ? new SoapClient($job['wsdl'], $options)
    : new SoapClient(null, $options + ['location' => $job['location'], 'uri' => $job['uri']]);

$outcomes = [];
foreach ($job['calls'] as $call) {
    try {
        if (isset($call['raw'])) {
            $outcomes[] = ['response' => $client->__doRequest($call['raw'], $job['location'], '', SOAP_1_1)];
            continue;
        }
        // Document/literal takes one structure, RPC the parameters one by one.
        $arguments = $job['style'] === 'rpc-encoded' ? array_values($call['parameters']) : [$call['parameters']];
        $result = $client->__soapCall($call['operation'], $arguments);
        $outcomes[] = ['return' => is_object($result) ? $result->return : $result, 'request' => $client->__getLastRequest()];
    } catch (SoapFault $fault) {
        $outcomes[] = ['fault' => $fault->faultcode, 'request' => $client->__getLastRequest()];
    }
}
echo json_encode($outcomes);
