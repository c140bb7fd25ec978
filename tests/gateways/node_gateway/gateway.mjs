// The smallest gateway: asks CHT for messages, gives them to RapidPro, and asks RapidPro what became of them.
// It shows how a program in another language is tried; it keeps what it knows in a file, and few of the rules.

import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

const { CHT_URL, CHT_USER, CHT_PASSWORD, RAPIDPRO_URL, RAPIDPRO_TOKEN, STATE_FILE } = process.env;
const INTERVAL = 60_000; // milliseconds
const STATES = { wired: 'SENT', sent: 'SENT', delivered: 'DELIVERED', read: 'DELIVERED', errored: null, failed: 'FAILED' };

const known = existsSync(STATE_FILE) ? JSON.parse(readFileSync(STATE_FILE, 'utf8')) : {};
let busy = false;

const save = () => {
  writeFileSync(`${STATE_FILE}.new`, JSON.stringify(known));
  renameSync(`${STATE_FILE}.new`, STATE_FILE);
};

const ask = async (url, authorization, body) => {
  const response = await fetch(url, {
    method: body ? 'POST' : 'GET',
    headers: { Authorization: authorization, ...(body && { 'Content-Type': 'application/json' }) },
    body: body && JSON.stringify(body),
  });
  if (!response.ok) {
    throw new Error(`${url} answers ${response.status}`);
  }
  return response.json();
};

const rapidpro = (path, body) => ask(`${RAPIDPRO_URL}/api/v2/${path}`, `Token ${RAPIDPRO_TOKEN}`, body);

const cht = body => {
  const basic = Buffer.from(`${CHT_USER}:${CHT_PASSWORD}`).toString('base64');
  return ask(`${CHT_URL}/api/sms`, `Basic ${basic}`, body);
};

const exchange = async () => {
  const changed = Object.entries(known).filter(([, message]) => message.status !== message.reported);
  const updates = changed.map(([id, message]) => ({ id, status: message.status }));
  const { messages } = await cht({ messages: [], updates });
  changed.forEach(([, message], index) => { message.reported = updates[index].status; });
  for (const { id, to, content } of messages) {
    known[id] ??= { to, content, status: 'UNSENT' };
  }
  save();
};

const send = async () => {
  for (const message of Object.values(known).filter(message => !message.broadcast)) {
    const answer = await rapidpro('broadcasts.json', { urns: [`tel:${message.to}`], text: message.content });
    Object.assign(message, { broadcast: answer.id ?? answer.uuid, status: 'PENDING' });
    save();
  }
};

const follow = async () => {
  const open = Object.values(known).filter(({ status }) => ['PENDING', 'SENT'].includes(status));
  for (const message of open) {
    const { results } = await rapidpro(`messages.json?broadcast=${message.broadcast}`);
    message.status = STATES[results[0]?.status] ?? message.status;
  }
  save();
};

const work = async () => {
  if (busy) {
    return;
  }
  busy = true;
  try {
    await exchange();
    await send();
    await follow();
  } catch (error) {
    console.error(error.message);
  } finally {
    busy = false;
  }
};

process.on('SIGTERM', () => process.exit(0));
setInterval(work, INTERVAL);
console.log('ready');
work();
