<?php
// php.php USERSIG NAME: below $BASE, by default the host that is documented, sets a name, reads the names back, prints both replies.
[, $userSig, $name] = $argv;

function call(string $command, string $userSig, object $body): void
{
    $base = getenv('BASE') ?: 'https://console.tim.qq.com';
    $query = http_build_query([
        'sdkappid' => 1400000000,
        'identifier' => 'administrator',
        'usersig' => $userSig,
        'random' => 7,
        'contenttype' => 'json',
    ]);
    $handle = curl_init("$base/v4/all_member_push/$command?$query");
    curl_setopt($handle, CURLOPT_POSTFIELDS, json_encode($body));
    curl_setopt($handle, CURLOPT_RETURNTRANSFER, true);
    $reply = curl_exec($handle);
    if ($reply === false) {
        fwrite(STDERR, curl_error($handle) . "\n");
        exit(1);
    }
    echo $reply, "\n";
}

call('im_set_attr_name', $userSig, (object) ['AttrNames' => (object) [$name]]);
call('im_get_attr_name', $userSig, (object) []);
