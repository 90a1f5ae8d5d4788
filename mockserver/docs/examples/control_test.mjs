// What a test in Node does with the control API, by fetch alone. Run: timock exec -- node control_test.mjs
import assert from 'node:assert/strict';

const url = process.env.TIMOCK_URL, control = process.env.TIMOCK_CONTROL_URL;
const ask = async (method, path, body) =>
  (await fetch(control + path, {method, body: body && JSON.stringify(body)})).json();
const app = (await ask('POST', '/apps', {})).sdkappid;  // this test's own

async function call(names) {  // stands for the code under test, which tries again once after a 502
  const {query} = await ask('POST', '/usersig', {sdkappid: app, identifier: 'administrator'});
  const send = () => fetch(`${url}/v4/all_member_push/im_set_attr_name?${query}`,
    {method: 'POST', body: JSON.stringify({AttrNames: names})});
  let reply = await send();
  if (reply.status === 502) reply = await send();
  return (await reply.json()).ErrorCode;
}

// The journal says what came, and why it was refused.
assert.equal(await call(['sex']), 90001);
const count = await ask('GET', `/requests/count?sdkappid=${app}&code=90001&at_least=1&wait_ms=1000`);
assert.ok(count.satisfied);
const [entry] = (await ask('GET', `/requests?sdkappid=${app}`)).requests;
assert.equal(entry.rule, 'attr_names_not_object');

// A fault, and the proof that the client met it.
const fault = await ask('POST', '/faults', {preset: 'gateway-502', times: 1, match: {sdkappid: app}});
assert.equal(await call({0: 'sex'}), 0);
assert.equal((await ask('GET', `/faults/${fault.id}`)).hits, 1);

// A feature that was approved just now starts 48 hours later. The clock is everybody's: not on a shared server.
await ask('PUT', '/clock', {mode: 'frozen', unix: 1795369800});
await ask('PUT', `/apps/${app}`, {feature: {approved_at: 1795369800}});
assert.equal(await call({0: 'sex'}), 90045);
await ask('POST', '/clock/advance', {seconds: 48 * 3600});
assert.equal(await call({0: 'sex'}), 0);

await ask('PUT', '/clock', {mode: 'real'});
await ask('POST', '/reset', {sdkappid: app});  // this test's own app, calls and faults; no one else's
assert.deepEqual((await ask('GET', `/requests?sdkappid=${app}`)).requests, []);
