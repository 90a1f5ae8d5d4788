// node_https.cjs USERSIG NAME: below $BASE, by default the host that is documented, sets a name,
// reads the names back, prints both replies.
const [userSig, name] = process.argv.slice(2);
const base = process.env.BASE || 'https://console.tim.qq.com';
const { request } = require(base.startsWith('https:') ? 'https' : 'http');

function call(command, body) {
  const query = new URLSearchParams({
    sdkappid: 1400000000,
    identifier: 'administrator',
    usersig: userSig,
    random: 7,
    contenttype: 'json',
  });
  return new Promise((resolve, reject) => {
    const url = `${base}/v4/all_member_push/${command}?${query}`;
    const asked = request(url, { method: 'POST' }, (reply) => {
      let text = '';
      reply.on('data', (part) => (text += part));
      reply.on('end', () => resolve(console.log(text)));
    });
    asked.on('error', reject);
    asked.end(JSON.stringify(body));
  });
}

async function main() {
  await call('im_set_attr_name', { AttrNames: { 0: name } });
  await call('im_get_attr_name', {});
}
main();
