<?php
// php.php USERSIG NAME: sets a name, reads the names back, prints both replies.
[, $userSig, $name] = $argv;

function call(string $command, string $userSig, object $body): void
{
    $query = http_build_query([
        'sdkappid' => 1400000000,
        'identifier' => 'administrator',
        'usersig' => $userSig,
        'random' => 7,
        'contenttype' => 'json',
    ]);
    $handle = curl_init("https://console.tim.qq.com/v4/all_member_push/$command?$query");
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
