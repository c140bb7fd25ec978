// Uses the CouchDB at the URL in the first argument as CHT does, through PouchDB, and prints what came of each call.
'use strict';

const PouchDB = require('pouchdb-core')
  .plugin(require('pouchdb-adapter-http'))
  .plugin(require('pouchdb-adapter-memory'))
  .plugin(require('pouchdb-mapreduce'))
  .plugin(require('pouchdb-replication'));

const url = process.argv[2];
const auth = { username: 'admin', password: 'pass' };
const open = name => new PouchDB(`${url}/${name}`, { auth });
const medic = open('medic');

const message = (id, state, uuid) => ({
  _id: id,
  type: 'data_record',
  reported_date: 1000,
  tasks: [{ state, gateway_ref: `ref-${id}`, messages: [{ uuid, to: '+254712345678', message: 'hi' }] }],
});

const failure = async promise => {
  try {
    await promise;
  } catch (error) {
    return { status: error.status, name: error.name, reason: error.reason };
  }
  return 'no failure';
};

const ids = result => result.rows.map(row => row.id);
const view = (name, options) => medic.query(name, options);

const nextChange = (db, act) => new Promise((resolve, reject) => {
  const feed = db.changes({ live: true, since: 'now' });
  feed.on('change', change => {
    feed.cancel();
    resolve({ id: change.id, revs: change.changes.length });
  });
  feed.on('error', reject);
  setTimeout(act, 200);
});

const proofs = {
  info: async () => {
    const info = await medic.info();
    return { name: info.db_name, documents: info.doc_count };
  },
  createdOnFirstUse: async () => (await open('medic-fresh').info()).db_name,
  putAndGet: async () => {
    const { rev } = await medic.put({ _id: 'a/b c:d', n: 1 });
    const document = await medic.get('a/b c:d');
    return { sameRev: document._rev === rev, n: document.n };
  },
  conflict: () => failure(medic.put({ _id: 'a/b c:d', n: 2 })),
  missing: () => failure(medic.get('nothing')),
  remove: async () => {
    await medic.remove(await medic.get('a/b c:d'));
    return failure(medic.get('a/b c:d'));
  },
  wrongPassword: () => failure(new PouchDB(`${url}/medic`, { auth: { username: 'admin', password: 'x' } }).info()),
  bulkDocs: async () => {
    const rows = await medic.bulkDocs([
      message('r1', 'sent', 'u1'), message('r2', 'received-by-gateway', 'u2'), message('r3', 'pending', 'u3'),
    ]);
    const again = await medic.bulkDocs([message('r1', 'sent', 'u1'), { type: 'without id' }]);
    return { stored: rows.map(row => row.ok), conflict: again[0].name, given: again[1].id.length };
  },
  allDocsWithKeys: async () => {
    const { rows } = await medic.allDocs({ keys: ['a/b c:d', 'nothing', 'r2'], include_docs: true });
    return rows.map(row => [row.key, row.error || null, !!(row.value && row.value.deleted), row.doc ? row.doc._id : null]);
  },
  allDocsRange: async () => ids(await medic.allDocs({ startkey: 'r', endkey: 'r\ufff0', limit: 2, skip: 1 })),
  viewByKeys: async () => {
    const keys = ['received-by-gateway', 'forwarded-by-gateway', 'sent'];
    return ids(await view('medic-sms/gateway_messages_by_state', { keys, limit: 25, skip: 0 }));
  },
  viewByKeysPaged: async () => {
    return ids(await view('medic-sms/gateway_messages_by_state', { keys: ['sent', 'received-by-gateway'], limit: 1, skip: 1 }));
  },
  viewByManyKeys: async () => {
    const keys = [...Array(300).keys()].map(n => `unknown-${n}`).concat('u3', 'u1');
    return ids(await view('medic-sms/messages_by_uuid', { keys }));
  },
  viewByRange: async () => {
    const result = await view('medic/messages_by_state', {
      startkey: ['pending-or-forwarded', 0], endkey: ['pending-or-forwarded', '\ufff0'], limit: 25,
    });
    return result.rows;
  },
  viewWithDocs: async () => {
    const { rows } = await view('medic-sms/messages_by_gateway_ref', { key: 'ref-r2', include_docs: true });
    return rows.map(row => [row.value, row.doc.tasks[0].state]);
  },
  viewPagedByDocument: async () => ids(await view('medic-sms/messages_by_last_updated_state', {
    startkey: ['final', 1000, 'sent'], startkey_docid: 'r0', descending: false, limit: 1,
  })),
  reduce: async () => (await view('medic-admin/message_queue', { group_level: 1 })).rows,
  missingView: () => failure(view('medic-sms/nothing', {})),
  changesSince: async () => {
    const { last_seq: since } = await medic.changes({ since: 0 });
    await medic.put({ _id: 'late' });
    const { results } = await medic.changes({ since, include_docs: true });
    return results.map(change => [change.id, change.doc._id]);
  },
  changesPaged: async () => {
    const seen = [];
    for (let since = 0; ;) {
      const page = await medic.changes({ since, limit: 3 });
      seen.push(...page.results.map(change => change.id));
      if (page.results.length < 3) {
        return { seen: seen.length, distinct: new Set(seen).size, last: seen[seen.length - 1] };
      }
      since = page.last_seq;
    }
  },
  changesOfDocuments: async () => {
    const { results } = await medic.changes({ doc_ids: ['r3', 'r1'] });
    return results.map(change => change.id);
  },
  liveChange: () => nextChange(medic, () => medic.put({ _id: 'live' })),
  localDocument: async () => {
    await medic.put({ _id: '_local/transitions-seq', value: '5' });
    return (await medic.get('_local/transitions-seq')).value;
  },
  replicateDown: async () => {
    const local = new PouchDB('copy', { adapter: 'memory' });
    const result = await medic.replicate.to(local, { filter: undefined });
    const again = await medic.replicate.to(local);
    const same = (await local.get('r1'))._rev === (await medic.get('r1'))._rev;
    return { ok: result.ok, complete: result.docs_written > 3, again: again.docs_written, same };
  },
  replicateConflictUp: async () => {
    const local = new PouchDB('copy', { adapter: 'memory' });
    await local.put({ ...await local.get('r1'), edited: 'here' });
    await medic.put({ ...await medic.get('r1'), edited: 'there' });
    await medic.replicate.from(local);
    await medic.replicate.to(local);
    const [ours, theirs] = await Promise.all([local, medic].map(db => db.get('r1', { conflicts: true })));
    return { sameWinner: ours._rev === theirs._rev, conflicts: theirs._conflicts.length };
  },
  openRevisions: async () => (await medic.get('r1', { open_revs: 'all' })).length,
  destroy: async () => (await open('medic-fresh').destroy()).ok,
};

(async () => {
  const results = {};
  for (const [name, proof] of Object.entries(proofs)) {
    results[name] = await proof().catch(error => ({ unexpected: String(error.stack || JSON.stringify(error)) }));
  }
  console.log(JSON.stringify(results));
  process.exit(0);
})();
