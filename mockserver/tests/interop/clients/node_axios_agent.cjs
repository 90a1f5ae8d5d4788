// node_axios_agent.cjs USERSIG NAME: sets a name, reads the names back, prints both replies. It
// tunnels with an agent of its own, as an axios before 1.16.1 needs it.
const axios = require('older-axios');
const { HttpsProxyAgent } = require('https-proxy-agent');

const [userSig, name] = process.argv.slice(2);
const service = axios.create({
  baseURL: 'https://console.tim.qq.com/v4/all_member_push/',
  params: {
    sdkappid: 1400000000,
    identifier: 'administrator',
    usersig: userSig,
    random: 7,
    contenttype: 'json',
  },
  proxy: false,
  httpsAgent: new HttpsProxyAgent(process.env.HTTPS_PROXY),
});

async function call(command, body) {
  const reply = await service.post(command, body);
  console.log(JSON.stringify(reply.data));
}

async function main() {
  await call('im_set_attr_name', { AttrNames: { 0: name } });
  await call('im_get_attr_name', {});
}
main();
