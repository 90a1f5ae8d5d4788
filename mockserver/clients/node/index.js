import {spawn} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import http from 'node:http';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';

const BINARY = fileURLToPath(new URL('bin/timock', import.meta.url));
const SHOWN = 20;  // calls in the text of a failure
const STOP_MS = 10_000;  // until a server that does not end is killed

export class TimockError extends Error {
  constructor(message, {status, pointer, parameter, cause} = {}) {
    super(message, {cause});
    this.name = 'TimockError';
    Object.assign(this, {status, pointer, parameter});
  }
}

/** Starts `timock serve` on a free port of 127.0.0.1, in a process that ends with this one. */
export async function startTimock({args = [], binary = BINARY} = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'timock-'));
  const file = join(folder, 'ports');
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('TIMOCK_')));
  try {
    // Detached, so that Ctrl-C ends the tests first, which may still ask it.
    const child = spawn(binary,
      ['serve', '--host', '127.0.0.1', '--port', '0', '--ports-file', file, '--exit-with-parent', ...args],
      {env: {...env, TIMOCK_LOG: 'off'}, stdio: ['ignore', 'pipe', 'pipe'], detached: true});
    await new Promise((resolve, reject) => {
      let said = '';
      child.stderr.on('data', text => { said += text; });
      child.stdout.once('data', () => {  // it accepts connections, and the ports are in the file
        child.stderr.removeAllListeners('data').resume();
        resolve();
      });
      child.once('error', cause => reject(new TimockError(
        `timock cannot be started: ${cause.message}; its package carries it, startTimock({binary}) names another`,
        {cause})));
      child.once('close', code => reject(new TimockError(`timock serve ended with exit code ${code}: ${said.trim()}`)));
    });
    return new Server(child, JSON.parse(readFileSync(file)));
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
}

export class Server {
  #child; #controlPort;
  #kill = () => this.#child.kill();

  constructor(child, ports) {
    this.#child = child;
    this.#controlPort = ports.control ?? ports.http;
    this.url = `http://127.0.0.1:${ports.http}`;
    this.pid = child.pid;
    // A server that is not closed does not keep this process; it ends with it.
    for (const it of [child, child.stdout.resume(), child.stderr]) it.unref();
    process.on('exit', this.#kill);
  }

  async ask(method, path, body, query = {}) {
    const given = Object.entries(query).filter(([, value]) => value !== undefined);
    const target = `/_timock/${path}${given.length ? '?' + new URLSearchParams(given) : ''}`;
    const [status, text] = await new Promise((resolve, reject) => {
      const request = http.request(
        {host: '127.0.0.1', port: this.#controlPort, method, path: target, agent: false}, async response => {
          try {
            let answer = '';
            for await (const part of response.setEncoding('utf8')) answer += part;
            resolve([response.statusCode, answer]);
          } catch (error) { reject(error); }
        });
      request.on('error', reject);
      request.end(body === undefined ? undefined : JSON.stringify(body));
    }).catch(cause => {
      throw new TimockError(`${method} ${target}: the server at ${this.url} does not answer: ${cause.message}`, {cause});
    });
    let answer;
    try { answer = JSON.parse(text); } catch (cause) {
      throw new TimockError(`${method} ${target}: the answer is not JSON: ${text.slice(0, 60)}`, {status, cause});
    }
    if (status < 400) return answer;
    const {message, pointer, parameter} = answer.error;
    const where = pointer ? ` (at ${pointer})` : parameter ? ` (parameter ${parameter})` : '';
    throw new TimockError(`${method} ${target}: ${message}${where}`, {status, pointer, parameter});
  }

  async app(members = {}) { return new App(this, await this.ask('POST', 'apps', members)); }

  async close() {
    process.off('exit', this.#kill);
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = new Promise(resolve => this.#child.once('exit', resolve));
    this.#child.ref();
    this.#child.kill();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_MS);
    await ended;
    clearTimeout(timer);
  }
}

export class App {
  #server; #path;

  constructor(server, {sdkappid, keys, admins}) {
    this.#server = server;
    this.#path = `apps/${sdkappid}`;
    Object.assign(this, {url: server.url, sdkappid, identifier: admins[0]});
    Object.defineProperty(this, 'key', {value: keys[0]});  // not printed with the rest
    this.clock = new Clock(server, this.#path);
  }

  async query({identifier = this.identifier, expire = 86400} = {}) {
    return (await this.#server.ask('POST', 'usersig', {sdkappid: this.sdkappid, identifier, expire})).query;
  }

  async target(command = 'im_set_attr_name', signed = {}) {
    return `/v4/all_member_push/${command}?${await this.query(signed)}`;
  }

  async names() { return this.#server.ask('GET', this.#path + '/names'); }

  async setNames(names) { await this.#server.ask('PUT', this.#path + '/names', names); }

  async update(members) { return this.#server.ask('PUT', this.#path, members); }

  async setLimit(limit) { await this.update({limit}); }

  async calls(filters = {}) {
    const calls = [];
    for (let since = filters.since ?? 0;; since = calls.at(-1).id) {
      const page = await this.#server.ask('GET', 'requests', undefined,
        {...filters, sdkappid: this.sdkappid, limit: 1000, since});
      calls.push(...page.requests);
      if (!page.more) return calls;
    }
  }

  async waitForCalls(atLeast, {timeoutMs = 5000, ...filters} = {}) {
    const count = await this.#count({...filters, at_least: atLeast, wait_ms: timeoutMs});
    if (!count.satisfied) await this.#complain(`at least ${atLeast}`, ` within ${timeoutMs} ms`, count, filters);
    return this.calls(filters);
  }

  async assertCalledTimes(times, filters = {}) {
    const count = await this.#count({...filters, at_least: times, at_most: times});
    if (!count.satisfied) await this.#complain(times, '', count, filters);
  }

  async journal() {
    const newest = await this.#server.ask('GET', 'requests', undefined,
      {sdkappid: this.sdkappid, order: 'newest', limit: SHOWN});
    if (!newest.requests.length) return `no call has come for this app; its fake is at ${this.url}`;
    const lines = newest.more ? ['older calls are left out'] : [];
    for (const call of newest.requests.reverse()) {
      const why = [call.rule, call.fault].filter(Boolean).join(' ');
      lines.push(`call ${call.id}: ${call.command} ${call.body.slice(0, 200)} -> ` +
        (call.http_status === 200 ? call.error_code : call.http_status) + (why && ` (${why})`),
        ...call.diagnoses.map(({name, detail, remedy}) => `  ${name}: ${detail}; ${remedy}`));
    }
    return lines.join('\n');
  }

  async failWith(what, {times, seed, everyNth, ...match} = {}) {
    const fault = typeof what === 'string' ? {preset: what}
      : {action: typeof what === 'number' ? {error_code: what} : what};
    const made = await this.#server.ask('POST', 'faults',
      {...fault, times, seed, match: {sdkappid: this.sdkappid, every_nth: everyNth, ...match}});
    return new Fault(this.#server, made.id);
  }

  async delete() {
    try {
      await this.#server.ask('POST', 'reset', {sdkappid: this.sdkappid});  // its calls and faults
      await this.#server.ask('DELETE', this.#path);
    } catch (error) {
      if (error.status !== 404) throw error;
    }
  }

  #count(query) {
    return this.#server.ask('GET', 'requests/count', undefined, {...query, sdkappid: this.sdkappid});
  }

  async #complain(wanted, when, {count, reason, near_misses: misses = []}, filters) {
    const which = Object.entries(filters).map(([name, value]) => `, ${name} ${value}`).join('');
    throw Object.assign(new Error([
      `app ${this.sdkappid}${which}: expected ${wanted} calls${when}, received ${count}`,
      ...(reason ? [reason] : []),
      ...misses.map(({id, why}) => `call ${id} does not count: ${why}`), '', await this.journal()].join('\n')),
      {name: 'AssertionError'});
  }
}

export class Clock {
  #server; #path;

  constructor(server, path) {
    this.#server = server;
    this.#path = path;
  }

  async freeze(at) { await this.#put({clock: {mode: 'frozen', unix: unixOf(at)}}); }

  async set(at) { await this.#put({clock: {mode: 'offset', unix: unixOf(at)}}); }

  async advance(seconds) { await this.#put({advance: {seconds}}); }

  async real() { await this.#put({clock: {mode: 'real'}}); }

  async now() {
    const {clock} = await this.#server.ask('GET', this.#path);
    const {unix} = clock ?? await this.#server.ask('GET', 'clock');  // until it is set, it is the server's
    return unix ?? Date.now() / 1000;  // of the mode `real`, the server may tell the mode alone
  }

  #put(members) { return this.#server.ask('PUT', this.#path, members); }
}

export class Fault {
  #server;

  constructor(server, id) {
    this.#server = server;
    this.id = id;
  }

  async hits() { return (await this.#server.ask('GET', 'faults/' + this.id)).hits; }

  async remove() { await this.#server.ask('DELETE', 'faults/' + this.id); }
}

function unixOf(at) { return at instanceof Date ? at.getTime() / 1000 : at; }

if (Symbol.asyncDispose) {  // from Node 18.18 and 20.4 on
  Server.prototype[Symbol.asyncDispose] = Server.prototype.close;
  App.prototype[Symbol.asyncDispose] = App.prototype.delete;
}
