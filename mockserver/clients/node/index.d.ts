// Moments are UNIX seconds or a Date. Whatever the server refuses, and a server that does not start or answer, rejects
// with TimockError.

type Json = null | boolean | number | string | Json[] | {[name: string]: Json | undefined};
type Moment = number | Date;

export interface StartOptions {
  /** More of `timock serve --help`, such as ['--profile', 'lenient']. TIMOCK_* variables do not reach the server. */
  args?: string[];
  /** Another program than the one that this package carries. */
  binary?: string;
}

/** Members of POST apps: docs/CONTROL.md. */
export interface AppMembers {
  key?: string;
  keys?: string[];
  admins?: string[];
  enabled?: boolean;
  region?: string;
  feature?: 'on' | 'off' | {approved_at: number};
  limit?: number | 'none';
  names?: {[slot: number]: string};
  clock?: string | null | {mode: 'real' | 'frozen' | 'offset'; unix?: number; unix_ns?: string};
}

export interface SignOptions {
  /** Who calls; the app's admin by default. */
  identifier?: string;
  /** Seconds until the UserSig is refused; 86400 by default. */
  expire?: number;
}

export interface Filters {
  code?: number;
  command?: string;
  /** Id of a fault that acted on the call. */
  fault?: string;
  /** Id of a call: those after it. */
  since?: number;
  /** UNIX seconds. */
  from?: number;
  /** UNIX seconds. */
  until?: number;
}

/** A recorded call, with these members and more: GET requests of docs/CONTROL.md. */
export interface Call {
  id: number;
  unix: number;
  method: string;
  target: string;
  headers: [string, string][];
  body: string;
  http_status: number;
  /** null where the answer had none. */
  error_code: number | null;
  reply: string;
  command: string | null;
  /** The switch that refused the call. */
  rule: string | null;
  fault: string | null;
  diagnoses: {name: string; detail: string; remedy: string}[];
  [member: string]: unknown;
}

export interface FaultOptions {
  /** How often it acts; the preset's number, or always, by default. */
  times?: number;
  seed?: number;
  command?: string;
  identifier?: string;
  body?: {pointer?: string; equals?: Json};
  everyNth?: number;
  probability?: number;
}

export declare class TimockError extends Error {
  /** The HTTP status of a refusal. */
  status?: number;
  /** JSON pointer of the bad member of the body. */
  pointer?: string;
  /** The bad query parameter. */
  parameter?: string;
}

/** Starts `timock serve` on a free port of 127.0.0.1, in a process that ends with this one. */
export declare function startTimock(options?: StartOptions): Promise<Server>;

export declare class Server {
  private constructor();
  /** Where the fake is, without a slash at the end. */
  readonly url: string;
  readonly pid: number;
  /** A new app, which no other test knows. */
  app(members?: AppMembers): Promise<App>;
  /** What the control API answers. path: below /_timock/. */
  ask(method: string, path: string, body?: Json, query?: {[name: string]: string | number | undefined}): Promise<any>;
  /** Ends the server; more than once is fine. */
  close(): Promise<void>;
  /** close(), in a Node that has it. */
  [Symbol.asyncDispose](): Promise<void>;
}

export declare class App {
  private constructor();
  readonly url: string;
  readonly sdkappid: number;
  /** Its secret key. */
  readonly key: string;
  /** Its admin. */
  readonly identifier: string;
  /** A clock of its own. */
  readonly clock: Clock;
  /** A signed query string: sdkappid, identifier, usersig, random, contenttype. */
  query(signed?: SignOptions): Promise<string>;
  /** Path and query of a signed call, to come after `url`. command: im_set_attr_name by default. */
  target(command?: string, signed?: SignOptions): Promise<string>;
  /** The attribute names by slot: {0: 'sex'}. */
  names(): Promise<{[slot: number]: string}>;
  setNames(names: {[slot: number]: string}): Promise<void>;
  /** Changes members of the app, as PUT apps/{sdkappid} takes them. */
  update(members: AppMembers | {[name: string]: Json}): Promise<any>;
  /** How many calls of a command pass in a window (a second, unless the profile says otherwise). */
  setLimit(limit: number | 'none'): Promise<void>;
  /** The recorded calls of this app, oldest first. */
  calls(filters?: Filters): Promise<Call[]>;
  /** Waits until that many calls have come: 5000 ms of real time by default, 60000 at most. Rejects with the journal. */
  waitForCalls(atLeast: number, options?: Filters & {timeoutMs?: number}): Promise<Call[]>;
  /** Rejects, with the journal and its diagnoses, unless exactly that many calls have come by now. */
  assertCalledTimes(times: number, filters?: Filters): Promise<void>;
  /** The newest calls of this app as text, each with what the fake had to say about it. */
  journal(): Promise<string>;
  /** what: an error code, the name of a preset, or an `action` of POST faults: {http_status: 502, body: '...'}. */
  failWith(what: number | string | {[name: string]: Json}, options?: FaultOptions): Promise<Fault>;
  /** Deletes the app with its recorded calls and faults; more than once is fine. */
  delete(): Promise<void>;
  /** delete(), in a Node that has it. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** The clock of one app. Other apps, delays and waits do not follow it. */
export declare class Clock {
  private constructor();
  /** Stops at this moment, or where it is. */
  freeze(at?: Moment): Promise<void>;
  /** Goes on from this moment. */
  set(at: Moment): Promise<void>;
  /** Moves it on, or back, by this many seconds; frozen stays frozen. */
  advance(seconds: number): Promise<void>;
  /** The machine's time again. */
  real(): Promise<void>;
  /** UNIX seconds. */
  now(): Promise<number>;
}

export declare class Fault {
  private constructor();
  readonly id: string;
  /** How many calls it has acted on. */
  hits(): Promise<number>;
  remove(): Promise<void>;
}
