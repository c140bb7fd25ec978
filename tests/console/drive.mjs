// Drives all of the control API from Node, with nothing but `fetch`: node drive.mjs URL TOKEN FLOWS
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'

const [url, token, flows] = process.argv.slice(2)
const phone = '+265991234567'
const asked = new Set()

async function send(method, path, body, headers = {}) {
  return fetch(url + path, {
    method,
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  })
}

// `template` is the path as the document has it, `values` stand in its braces; `query` begins with a question mark.
async function ask(method, template, body, values = {}, query = '') {
  asked.add(`${method} /v1${template}`)
  const path = template.replace(/{(\w+)}/g, (_, name) => encodeURIComponent({ world: 'node', ...values }[name]))
  const response = await send(method, `/v1${path}${query}`, body)
  const text = await response.text()
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`)
  return text ? JSON.parse(text) : undefined
}

async function follow(count) {
  asked.add('GET /v1/worlds/{world}/journal/stream')
  const stopped = new AbortController()
  const response = await fetch(`${url}/v1/worlds/node/journal/stream`, {
    headers: { Authorization: `Bearer ${token}` },
    signal: stopped.signal,
  })
  assert.equal(response.headers.get('content-type'), 'text/event-stream')
  const numbers = []
  let text = ''
  for await (const part of response.body.pipeThrough(new TextDecoderStream())) {
    text += part
    const events = text.split('\n\n')
    text = events.pop()
    numbers.push(...events.map((event) => JSON.parse(event.match(/^data: (.*)$/m)[1]).number))
    if (numbers.length >= count) break
  }
  stopped.abort()
  assert.deepEqual(numbers.slice(0, count), Array.from({ length: count }, (_, index) => index + 1))
}

const workspace = { workspace: 'Old' }

// A world, its hosts, and what is in them
const made = await ask('POST', '/worlds', { name: 'node', seed: 7 })
assert.equal(made.now, '2026-03-02T08:00:00+00:00')
assert.ok((await ask('GET', '/worlds')).results.some((world) => world.name === 'node'))
await ask('POST', '/worlds/{world}/hosts', { name: 'textit.com', generation: 'community' })
await ask('POST', '/worlds/{world}/workspaces', { name: 'Old', host: 'textit.com' })
await ask('PUT', '/worlds/{world}/globals/{key}', { value: 'https://cht.example.org' }, { key: 'cht_url' })
await ask('PUT', '/worlds/{world}/workspaces/{workspace}/channel', { kind: 'android' }, workspace)
await ask('PUT', '/worlds/{world}/workspaces/{workspace}/channel', { kind: 'aggregator' }, workspace)
await ask('PUT', '/worlds/{world}/workspaces/{workspace}/quota', { scope: 'v2.broadcasts', an_hour: 100 }, workspace)
await ask('PUT', '/worlds/{world}/workspaces/{workspace}/carrier', { statuses: ['wired', 'sent'] }, workspace)
await ask('POST', '/worlds/{world}/cht', { sends_through: 'Old', release: '4.10' })
await ask('PATCH', '/worlds/{world}/cht/settings', { locale: 'en' })
const world = await ask('GET', '/worlds/{world}')
assert.deepEqual(world.rapidpro[0].workspaces.map((each) => each.name), ['Old'])

// What the world serves can be asked, as a gateway would
const [old] = world.rapidpro[0].workspaces
const answer = await fetch(`${world.rapidpro[0].url}/api/v2/contacts.json`, {
  headers: { Authorization: `Token ${old.token}` },
})
assert.equal(answer.status, 200)

// Messages, time, conditions
await ask('POST', '/worlds/{world}/messages', { to: phone, text: 'Visit tomorrow' })
const met = await ask('POST', '/worlds/{world}/conditions', {
  condition: 'the workspace "Old" has 1 message that is sent', within: { minutes: 5 },
})
assert.equal(met.met, true)
await ask('POST', '/worlds/{world}/reports', { workspace: 'Old', message: 1, status: 'delivered' })
await ask('POST', '/worlds/{world}/clock/advance', { minutes: 10 })
const [message] = (await ask('GET', '/worlds/{world}/messages')).results
assert.deepEqual([message.state, message.rapidpro[0].status], ['delivered', 'delivered'])
await ask('PUT', '/worlds/{world}/messages/{number}/state', { state: 'failed' }, { number: 1 })
await ask('POST', '/worlds/{world}/documents', { docs: [{ _id: 'a-document', type: 'note' }] })
await ask('PATCH', '/worlds/{world}/clock', { speed: 600 })
await ask('PATCH', '/worlds/{world}/clock', { speed: 0 })
assert.equal((await ask('GET', '/worlds/{world}/clock')).speed, 0)

// Phones, contacts, flows
await ask('POST', '/worlds/{world}/texts', { from: phone, text: 'Asante', workspace: 'Old' })
assert.ok((await ask('GET', '/worlds/{world}/phones')).results.some((each) => each.urn === `tel:${phone}`))
await ask('POST', '/worlds/{world}/contacts', { phone, name: 'Grace', groups: ['Mothers'] })
assert.ok((await ask('GET', '/worlds/{world}/contacts')).results.some((each) => each.name === 'Grace'))
await ask('POST', '/worlds/{world}/flows', { export: JSON.parse(await readFile(flows, 'utf8')), workspace: 'Old' })
const [flow] = (await ask('GET', '/worlds/{world}/flows')).results
await ask('POST', '/worlds/{world}/flow_starts', { flow: flow.name, phones: [phone] })
await ask('POST', '/worlds/{world}/clock/advance', { minutes: 1 })
assert.equal((await ask('GET', '/worlds/{world}/runs')).results[0].flow, flow.name)

// Faults, and what can happen to services
const fault = await ask('POST', '/worlds/{world}/faults', { requests: 'broadcast', failure: 'answered with 500', next: 2 })
assert.equal(fault.number, 1)
await ask('POST', '/worlds/{world}/outages', { duration: { hours: 1 } })
await ask('DELETE', '/worlds/{world}/faults/{number}', undefined, { number: 1 })
assert.deepEqual((await ask('GET', '/worlds/{world}/faults')).results.map((each) => each.over), [true, false])
await ask('DELETE', '/worlds/{world}/faults')
for (const action of ['stop', 'start']) {
  await ask('POST', '/worlds/{world}/gateway', { action })
  await ask('POST', '/worlds/{world}/sentinel', { action })
}
for (const state of ['suspended', 'restored']) {
  await ask('PUT', '/worlds/{world}/workspaces/{workspace}/state', { state }, workspace)
}
for (const state of ['deactivated', 'reactivated']) {
  await ask('PUT', '/worlds/{world}/workspaces/{workspace}/token', { state }, workspace)
}

// Another account
await ask('POST', '/worlds/{world}/workspaces', { name: 'New', host: 'textit.com' })
await ask('POST', '/worlds/{world}/cht/switch', { workspace: 'New' })
await ask('PUT', '/worlds/{world}/cht/keys/{direction}', { value: 'not-a-token' }, { direction: 'outgoing' })
await ask('DELETE', '/worlds/{world}/cht/keys/{direction}', undefined, { direction: 'outgoing' })
await ask('PUT', '/worlds/{world}/cht/url', { url: 'https://textit.com' })
await ask('POST', '/worlds/{world}/cht/upgrade', { release: '4.11' })
assert.ok((await ask('GET', '/worlds/{world}/quotas')).results.some((each) => each.used > 0))

// Sentences, also those that are not true
assert.equal((await ask('POST', '/worlds/{world}/sentences', { text: 'When 1 minute passes' })).said, 1)
assert.ok((await ask('GET', '/sentences', undefined, {}, '?find=switched')).results.length > 0)
const untrue = await send('POST', '/v1/worlds/node/sentences', { text: 'Then the workspace "Old" has 99 messages' })
assert.equal(untrue.status, 409)
assert.match((await untrue.json()).sentence, /99 messages/)

// What happened
const journal = await ask('GET', '/worlds/{world}/journal', undefined, {}, '?find=exchange&limit=5')
assert.equal(journal.results.length, 5)
await follow(20)
await ask('GET', '/worlds/{world}/unmatched')
assert.match((await ask('GET', '/worlds/{world}/story')).feature, /^Feature: /m)
const snapshot = await ask('GET', '/worlds/{world}/snapshot')
const again = await ask('POST', '/worlds', { name: 'again', snapshot })
const saved = await ask('GET', '/worlds/{world}')
assert.ok(Math.abs(new Date(again.now) - new Date(saved.now)) < 1000)
for (const name of ['node', 'again']) await ask('DELETE', '/worlds/{world}', undefined, { world: name })

// Who may not ask
assert.equal((await send('GET', '/v1/worlds', undefined, { Authorization: 'Bearer another' })).status, 401)
assert.equal((await send('GET', '/v1/worlds/node')).status, 404)

const { paths } = await (await fetch(`${url}/openapi.json`)).json()
const all = Object.entries(paths).flatMap(([path, methods]) =>
  Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`))
assert.deepEqual(all.filter((operation) => !asked.has(operation)), [], 'endpoints that nobody asked')
console.log(`${all.length} endpoints`)
