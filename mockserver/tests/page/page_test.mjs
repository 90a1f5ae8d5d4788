// node page_test.mjs CONTROL_URL SCREENSHOT: the page in a real browser. Needs playwright-core beside it.
import assert from 'node:assert/strict';
import {chromium} from 'playwright-core';

const [control, screenshot] = process.argv.slice(2);
const ask = async (method, path, body) =>
  (await fetch(control + path, {method, body: body && JSON.stringify(body)})).json();

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync',
    '--disable-background-networking', '--disable-component-update'],
});
try {
  const page = await browser.newPage({viewport: {width: 1400, height: 1060}, colorScheme: process.env.COLOR_SCHEME || 'light'});
  page.setDefaultTimeout(15000);
  const problems = [];
  const outside = [];
  page.on('pageerror', error => problems.push(String(error)));
  page.on('console', message => message.type() === 'error' && problems.push(message.text()));
  page.on('request', request => request.url().startsWith(new URL(control).origin) || outside.push(request.url()));
  await page.goto(control + '/');
  await page.getByRole('status').filter({hasText: 'live'}).waitFor();
  const calls = page.getByRole('list', {name: 'Calls, newest first'});

  // A call that is signed and sent shows up, with its reason when it is refused.
  await page.getByRole('button', {name: 'Sign and send'}).click();
  await calls.getByText('OK').first().waitFor();
  await page.getByText('"ErrorCode":0').first().waitFor();
  await page.getByRole('textbox', {name: 'Body'}).fill('{"AttrNames":["sex"]}');
  await page.getByRole('button', {name: 'Sign and send'}).focus();
  await page.keyboard.press('Enter');
  await calls.getByText('attr_names_not_object').first().waitFor();
  await calls.locator('summary').first().click();
  await calls.getByText('Remedy:').first().waitFor();

  // The call as curl is whole: pasted, it is answered.
  await page.getByRole('textbox', {name: 'Body'}).fill('{"AttrNames":{"0":"sex","1":"city"}}');

  // A fault is added, met and counted.
  await page.getByRole('combobox', {name: 'Fault', exact: true}).selectOption('retry-91000');
  await page.getByRole('spinbutton', {name: 'Times'}).fill('1');
  await page.getByRole('button', {name: 'Add', exact: true}).click();
  await page.getByRole('list', {name: 'Faults'}).getByText('met 0 of 1').waitFor();
  await page.getByRole('button', {name: 'Sign and send'}).click();
  await page.getByRole('list', {name: 'Faults'}).getByText('met 1 of 1').waitFor();
  await calls.getByText('91000').first().waitFor();
  const [fault] = (await ask('GET', '/faults')).faults;
  assert.equal(fault.hits, 1);

  // Time stands still, the limit is used up, time is advanced.
  await page.getByRole('button', {name: 'Freeze', exact: true}).click();
  await page.getByText('(frozen)').waitFor();
  const before = (await ask('GET', '/clock')).unix_ns;
  const {query} = await ask('POST', '/usersig', {sdkappid: 1400000000, identifier: 'administrator'});
  const target = new URL(control).origin + '/v4/all_member_push/im_set_attr_name?' + query;
  await Promise.all(Array.from({length: 130}, () =>
    fetch(target, {method: 'POST', body: '{"AttrNames":{"0":"sex","1":"city"}}'})));
  await calls.getByText('throttle:').first().waitFor();
  await page.getByText('limit 100 in 1000 ms').waitFor();
  await page.getByText('fullest window so far 100').waitFor();
  if (screenshot) {
    await page.evaluate(() => scrollTo(0, 0));
    await page.screenshot({path: screenshot});
  }
  await page.getByRole('button', {name: '+1 s'}).click();
  await page.getByText('0 admitted, 0 refused').waitFor();
  assert.equal(BigInt((await ask('GET', '/clock')).unix_ns) - BigInt(before), 1000000000n);

  // What is wrong with an input is told beside it.
  await page.getByRole('spinbutton', {name: 'UNIX seconds'}).fill('-5');
  await page.getByRole('button', {name: 'Freeze there'}).click();
  await page.getByText('/unix').waitFor();

  // Every control has a name, and the page asked nobody else.
  const nameless = await page.evaluate(() => [...document.querySelectorAll('button, input, select, textarea')]
    .filter(one => !(one.getAttribute('aria-label') || one.textContent.trim() || one.closest('label')))
    .map(one => one.outerHTML));
  assert.deepEqual(nameless, []);
  await page.getByRole('button', {name: 'Reset everything'}).click();
  await page.getByText('No call yet.', {exact: true}).waitFor();
  assert.deepEqual(outside, []);
  assert.deepEqual(problems.filter(text => !text.includes('400 (Bad Request)')), []);
} finally {
  await browser.close();
}
console.log('a call, a fault and the clock, seen in the page');
