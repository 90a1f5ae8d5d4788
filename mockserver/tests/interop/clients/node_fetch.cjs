// node_fetch.cjs USERSIG NAME: below $BASE, by default the host that is documented, sets a name, reads the names back, prints both replies.
const [userSig, name] = process.argv.slice(2);
const base = process.env.BASE || 'https://console.tim.qq.com';

async function call(command, body) {
  const query = new URLSearchParams({
    sdkappid: 1400000000,
    identifier: 'administrator',
    usersig: userSig,
    random: 7,
    contenttype: 'json',
  });
  const reply = await fetch(`${base}/v4/all_member_push/${command}?${query}`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  console.log(await reply.text());
}

async function main() {
  await call('im_set_attr_name', { AttrNames: { 0: name } });
  await call('im_get_attr_name', {});
}
main();
