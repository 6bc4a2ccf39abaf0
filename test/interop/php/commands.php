<?php
// The commands as PHP's SoapServer would offer them from their contract; for `php -S`, which runs this for each request.
const ID = 'f95d64c67d1d10d17443d636e4101';

/** What is answered to an operation and its parameters by name: a record, or one for each recipient. */
function answer($operation, $given)
{
    switch ($operation) {
        case 'getbalance':
            return 'Credit: 123.4';
        case 'routecoverage':
        case 'routeCoverage':
            return $given['msisdn'] === '27'
                ? 'OK: This prefix is currently supported. Messages sent to this prefix will be routed. Charge: 0.8'
                : 'ERR: This prefix is not currently supported.';
        case 'getmsgcharge':
            return "apiMsgId: {$given['apimsgid']} charge: 1.5 status: 004";
        case 'querymsg':
        case 'delmsg':
            return isset($given['apimsgid']) ? "ID: {$given['apimsgid']} Status: 004" : 'ERR: 104, Unknown client message ID';
        case 'sendmsg':
            // By this the test sees what has arrived.
            if (($given['from'] ?? '') === 'Echo') {
                unset($given['session_id']);
                return ['ERR: 999, ' . json_encode(array_filter($given, fn ($it) => $it !== null))];
            }
            $records = [];
            foreach ($given['to'] as $at => $number) {
                $records[] = $at === 1 ? "ERR: 128, Number delisted To: $number" : 'ID: ' . ID . sprintf('%03d', $at) . " To: $number";
            }
            return $records;
    }
}

class Service
{
    public function __call($operation, $arguments)
    {
        if (getenv('EMULATOR_STYLE') === 'rpc-encoded') {
            $names = json_decode(getenv('EMULATOR_PARAMETERS'), true)[$operation];
            $answer = answer($operation, array_combine($names, array_pad($arguments, count($names), null)));
            return in_array($operation, ['querymsg', 'delmsg', 'getmsgcharge']) ? [$answer] : $answer;
        }
        $given = (array) $arguments[0];
        if (isset($given['to'])) {
            $given['to'] = (array) $given['to'];
        }
        return ['return' => answer($operation, $given)];
    }
}

$server = new SoapServer(getenv('EMULATOR_WSDL'), ['cache_wsdl' => WSDL_CACHE_NONE]);
$server->setClass(Service::class);
$server->handle();
