<?php
// verify($body, $signature, $secrets) for VideoCloud webhooks, and a check of it against vectors.json.

function verify(string $body, ?string $signature, array $secrets): bool
{
    if ($signature === null || preg_match('/\A[0-9a-fA-F]{64}\z/', $signature) !== 1) {
        return false;
    }
    $given = hex2bin($signature);
    $valid = false;
    foreach ($secrets as $secret) {
        $valid = hash_equals(hash_hmac('sha256', $body, $secret, true), $given) || $valid;
    }
    return $valid;
}

foreach (json_decode(file_get_contents($argv[1]), true)['vectors'] as $vector) {
    $ok = verify(base64_decode($vector['body']), $vector['signature'], $vector['secrets']);
    echo $vector['name'], ' ', $ok ? 'valid' : 'refused', "\n";
}
