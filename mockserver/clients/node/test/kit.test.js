// The kit for Node, from the installed package: node --test kit.test.js
import assert from 'node:assert/strict';
import {execFile, spawn} from 'node:child_process';
import {once} from 'node:events';
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import net from 'node:net';
import {dirname, join} from 'node:path';
import {after, test} from 'node:test';
import {promisify} from 'node:util';
import * as kit from 'timock';

const {startTimock, TimockError} = kit;
const NOON = 1795369800;
const server = await startTimock();
after(() => server.close());

// A test with an app of its own.
const appTest = (name, run) => test(name, async () => {
  const app = await server.app();
  await run(app);
  await app.delete();
});

// Stands for the code under test. The answer as [HTTP status, ErrorCode], null where it is no JSON.
async function call(app, {names = {0: 'sex'}, command, target, ...signed} = {}) {
  const reply = await fetch(app.url + (target ?? await app.target(command, signed)),
    {method: 'POST', body: JSON.stringify({AttrNames: names})});
  const text = await reply.text();
  return [reply.status, text.startsWith('{') ? JSON.parse(text).ErrorCode : null];
}
const OK = [200, 0];
const get = {command: 'im_get_attr_name'};

appTest('an app is called, and its names are read and set', async app => {
  assert.deepEqual(await call(app, {names: {3: 'city'}}), OK);
  assert.deepEqual(await app.names(), {3: 'city'});
  await app.setNames({0: 'sex'});
  assert.deepEqual(await app.names(), {0: 'sex'});
  assert.equal(app.key.length, 64);
  assert.notDeepEqual(await call(app, {identifier: 'nobody'}), OK);
});

appTest('each test has an app of its own in one server', async app => {
  const other = await server.app({names: {1: 'other'}, limit: 1});
  assert.notEqual(other.sdkappid, app.sdkappid);
  assert.equal(other.url, server.url);
  await call(other);
  await other.delete();
  await other.delete();
  assert.deepEqual(await app.names(), {});
  assert.deepEqual(await app.calls(), []);
  await assert.rejects(other.names(), {name: 'TimockError', status: 404, message: /there is no app/});
});

appTest('calls are listed oldest first and filtered', async app => {
  await call(app, {names: {0: ''}});
  await call(app);
  await call(app, get);
  assert.deepEqual((await app.calls()).map(it => it.error_code), [90001, 0, 0]);
  assert.deepEqual((await app.calls({code: 90001})).map(it => it.rule), ['name_empty']);
  assert.equal((await app.calls(get)).length, 1);
});

appTest('all calls are listed where they are more than a page', async app => {
  await app.setLimit('none');
  const target = await app.target();
  for (let sent = 0; sent < 1001; sent++) await call(app, {target});
  const ids = (await app.calls()).map(it => it.id);
  assert.equal(ids.length, 1001);
  assert.deepEqual(ids, [...new Set(ids)].sort((a, b) => a - b));
  await app.assertCalledTimes(1001);
  assert.match(await app.journal(), /^older calls are left out\n/);
});

appTest('waiting returns the calls that came', async app => {
  const waiting = app.waitForCalls(2, {timeoutMs: 30_000});
  await call(app);
  await call(app);
  assert.equal((await waiting).length, 2);
});

appTest('waiting in vain says what came and why it was refused', async app => {
  await call(app, {names: {0: ''}});
  await assert.rejects(app.waitForCalls(1, {timeoutMs: 10, code: 0}), error => {
    assert.equal(error.name, 'AssertionError');
    assert.ok(error.message.includes(`app ${app.sdkappid}, code 0: expected at least 1 calls within 10 ms, received 0`));
    assert.match(error.message, /does not count/);
    assert.match(error.message, /90001 \(name_empty\)[^]*give the slot a non-empty name/);
    return true;
  });
});

appTest('counting calls says what came', async app => {
  await app.assertCalledTimes(0);
  await assert.rejects(app.assertCalledTimes(1),
    {message: new RegExp(`expected 1 calls, received 0[^]*its fake is at ${app.url}`)});
  await call(app);
  await app.assertCalledTimes(1, {code: 0});
  await call(app);
  await assert.rejects(app.assertCalledTimes(1),
    {message: /expected 1 calls, received 2[^]*one too many[^]*im_set_attr_name/});
});

appTest('faults by code, by preset and by action', async app => {
  const code = await app.failWith(60014, {times: 1});
  assert.deepEqual([await call(app), await call(app)], [[200, 60014], OK]);
  assert.equal(await code.hits(), 1);
  await app.failWith('gateway-502', {times: 1});
  assert.deepEqual([await call(app), await call(app)], [[502, null], OK]);
  const action = await app.failWith({http_status: 429, body: 'slow down'}, {...get, everyNth: 2});
  assert.deepEqual([await call(app), await call(app, get), await call(app, get)], [OK, OK, [429, null]]);
  assert.ok((await app.journal()).includes(`-> 429 (${action.id})`));
  await action.remove();
  assert.deepEqual([await call(app, get), await call(app, get)], [OK, OK]);
});

appTest('a refusal has the words of the server', async app => {
  await assert.rejects(app.failWith('x'),
    {status: 400, pointer: '/preset', message: /faults: no preset is named "x".*at \/preset/});
  await assert.rejects(app.calls({code: 'x'}), error => error instanceof TimockError && error.parameter === 'code');
  await assert.rejects(app.setLimit(0), {pointer: '/limit'});
});

appTest('members of an app change', async app => {
  await app.update({enabled: false});
  assert.notDeepEqual(await call(app), OK);
});

const near = async (clock, unix) => assert.ok(Math.abs(await clock.now() - unix) < 60);

appTest('the clock of an app is its own', async app => {
  const {clock} = app, now = Date.now() / 1000;
  await clock.freeze(NOON);
  assert.equal(await clock.now(), NOON);
  await clock.advance(1.5);
  assert.equal(await clock.now(), NOON + 1.5);
  await clock.freeze(new Date(NOON * 1000));
  assert.equal(await clock.now(), NOON);
  await clock.set(NOON);
  await clock.freeze();
  await near(clock, NOON);
  const other = await server.app();
  await near(other.clock, now);
  await other.delete();
  await clock.real();
  await near(clock, now);
});

appTest('the throttle and UserSigs follow the clock of the app', async app => {
  await app.setLimit(2);
  await app.clock.freeze(NOON);
  assert.deepEqual([await call(app), await call(app), await call(app)], [OK, OK, [200, 60007]]);
  await app.clock.advance(1);
  assert.deepEqual(await call(app), OK);
  const target = await app.target(undefined, {expire: 60});
  await app.clock.advance(61);
  assert.deepEqual(await call(app, {target}), [200, 70001]);
  assert.deepEqual(await call(app), OK);
});

test('eight tests at once do not interfere', async () => {
  const one = async number => {
    const app = await server.app({limit: number});
    await app.clock.freeze(NOON + 1000 * number);
    const fault = await app.failWith(91000 + number, {times: number, ...get});
    const codes = async (count, options) => {
      const all = [];
      for (let sent = 0; sent < count; sent++) all.push((await call(app, options))[1]);
      return all;
    };
    for (let second = 0; second < 3; second++) {  // `number` calls pass in a second, and then no more
      assert.deepEqual(await codes(number + 1, {names: {0: `n${number}`}}), [...Array(number).fill(0), 60007]);
      assert.equal(await app.clock.now(), NOON + 1000 * number + second);
      await app.clock.advance(1);
    }
    assert.deepEqual(await codes(number, get), Array(number).fill(91000 + number));
    assert.equal(await fault.hits(), number);
    assert.deepEqual(await app.names(), {0: `n${number}`});
    await app.assertCalledTimes(3 * (number + 1) + number);
    await app.assertCalledTimes(3, {code: 60007});
    assert.deepEqual([...new Set((await app.calls()).map(it => Math.round(it.unix)))],
      [0, 1, 2, 3].map(second => NOON + 1000 * number + second));
    await app.delete();
  };
  await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(one));
});

test('options reach the server and variables do not', async () => {
  process.env.TIMOCK_PROFILE = 'no such profile';
  process.env.TIMOCK_CONTROL = 'off';
  try {
    const own = await startTimock({args: ['--profile', 'lenient', '--control-port', '0']});
    assert.equal((await own.ask('GET', 'profile')).name, 'lenient');
    const app = await own.app();
    assert.deepEqual(await call(app), OK);
    await app.assertCalledTimes(1);
    await own.close();
    await own.close();
    await assert.rejects(own.ask('GET', 'health'), {message: /does not answer/});
  } finally {
    delete process.env.TIMOCK_PROFILE;
    delete process.env.TIMOCK_CONTROL;
  }
});

test('a server that does not start says why', async () => {
  await assert.rejects(startTimock({args: ['--profile', 'no such profile']}), {message: /exit code 2.*no such profile/});
  await assert.rejects(startTimock({binary: 'no such binary'}), {message: /no such binary.*startTimock\({binary}\)/});
});

const HOLDER = `
import {startTimock} from 'timock';
console.log((await startTimock()).url);
await new Promise(resolve => process.stdin.once('data', resolve));
process.stdin.pause();  // nothing else keeps the process, and it does not close the server
`;

for (const how of ['killed', 'ends']) {
  test(`a server ends with the process that started it, which ${how}`, async () => {
    const holder = spawn(process.execPath, ['--input-type=module', '-e', HOLDER], {stdio: ['pipe', 'pipe', 'inherit']});
    const {port} = new URL(String((await once(holder.stdout, 'data'))[0]));
    const connection = net.connect(port, '127.0.0.1');
    await once(connection, 'connect');
    const gone = once(connection.resume(), 'close');  // the server's end of it
    if (how === 'killed') holder.kill('SIGKILL');
    else holder.stdin.end('\n');
    await gone;
    const [error] = await once(net.connect(port, '127.0.0.1'), 'error');
    assert.equal(error.code, 'ECONNREFUSED');
  });
}

test('the command is the carried program', async () => {
  const command = join(dirname(createRequire(import.meta.url).resolve('timock')), '../.bin/timock');
  await assert.rejects(promisify(execFile)(command, ['exec', '--', 'sh', '-c', 'echo "$TIMOCK_SDKAPPID"; exit 7']),
    {code: 7, stdout: '1400000000\n'});
});

test('dispose ends a server and deletes an app, where Node has it', async t => {
  if (!Symbol.asyncDispose) return t.skip('this Node has no Symbol.asyncDispose');
  const app = await server.app();
  await app[Symbol.asyncDispose]();
  await assert.rejects(app.names(), {status: 404});
});

test('index.d.ts declares what there is, and nothing else', async () => {
  const text = readFileSync(join(dirname(createRequire(import.meta.url).resolve('timock')), 'index.d.ts'), 'utf8');
  const app = await server.app();
  const instances = [server, app, app.clock, await app.failWith(60014), new TimockError('')];
  const declared = {}, actual = {};
  for (const [, name, body] of text.matchAll(/^export declare class (\w+)[^{]*{([^]*?)\n}/gm)) {
    declared[name] = [...body.matchAll(/^  (?:readonly )?(\w+)[?(:]/gm)].map(([, member]) => member).sort();
  }
  for (const [, name] of text.matchAll(/^export declare function (\w+)/gm)) declared[name] = [];
  for (const it of instances) {
    const members = [...Object.keys(it), ...(Object.hasOwn(it, 'key') ? ['key'] : []),
      ...Object.getOwnPropertyNames(Object.getPrototypeOf(it))];
    actual[it.constructor.name] = members.filter(name => !['constructor', 'name'].includes(name)).sort();
  }
  for (const name of Object.keys(kit)) actual[name] ??= [];
  assert.deepEqual(declared, actual);
  await app.delete();
});
