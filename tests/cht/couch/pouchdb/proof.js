// Uses the CouchDB at the URL in the first argument as CHT does, through PouchDB, and as a project with design documents
// of its own does; replicates to a second one at the URL in the second argument. Prints what came of each call.
'use strict';

const PouchDB = require('pouchdb-core')
  .plugin(require('pouchdb-adapter-http'))
  .plugin(require('pouchdb-adapter-memory'))
  .plugin(require('pouchdb-find'))
  .plugin(require('pouchdb-mapreduce'))
  .plugin(require('pouchdb-replication'));

const url = process.argv[2];
const elsewhere = process.argv[3];
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

// A project's own design document.
const design = {
  _id: '_design/own',
  filters: { kind: 'function (doc, req) { return doc.kind === req.query.kind; }' },
  validate_doc_update: `function (doc, old, user) {
    if (user.roles.indexOf('_admin') < 0 && doc.kind === 'secret') throw { forbidden: user.name + ' may not' };
  }`,
  views: {
    lib: { weight: 'exports.of = function (doc) { return doc.weight || 0; };' },
    named: { map: 'function (doc) { if (doc.name) emit(doc.name); }' },
    weights: {
      map: "function (doc) { if (doc.kind) emit([doc.kind, doc._id], require('views/lib/weight').of(doc)); }",
      reduce: 'function (keys, values, rereduce) { return values.reduce((a, b) => Math.max(a, b), 0); }',
    },
    sums: { map: 'function (doc) { emit(doc.kind, doc.weight); }', reduce: '_stats' },
  },
};
const own = open('own');
const copy = new PouchDB(`${elsewhere}/copy`, { auth });
const text = buffer => Buffer.from(buffer).toString();

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
  ownViews: async () => {
    await own.put(design);
    await own.bulkDocs([
      { _id: 'a', kind: 'x', weight: 3, name: 'Ann' }, { _id: 'b', kind: 'x', weight: 5 }, { _id: 'c', kind: 'y', weight: 1 },
    ]);
    const heaviest = await own.query('own/weights', { group_level: 1 });
    const stats = await own.query('own/sums', { key: 'x' });
    const named = await own.query('own/named', { include_docs: true });
    return [heaviest.rows, stats.rows[0].value.sum, named.rows.map(row => row.doc.weight)];
  },
  ownViewsAfterEdits: async () => {
    await own.put({ ...await own.get('b'), weight: 9 });
    await own.remove(await own.get('c'));
    return (await own.query('own/weights', { group_level: 1 })).rows;
  },
  validation: async () => {
    await own.fetch('_security', { method: 'PUT', body: JSON.stringify({}) });
    const nurse = new PouchDB(`${url}/own`, { auth: { username: 'nurse', password: 'pw' } });
    const refused = await failure(nurse.put({ _id: 's', kind: 'secret' }));
    return [refused, (await own.put({ _id: 's', kind: 'secret' })).ok];
  },
  brokenDesign: () => failure(own.put({ _id: '_design/broken', views: { v: { map: 'function (doc) {' } } })),
  filteredChanges: async () => {
    const heard = async options => (await own.changes(options)).results.map(change => change.id);
    return [
      await heard({ filter: 'own/kind', query_params: { kind: 'x' } }),
      await heard({ filter: '_view', view: 'own/named' }),
      await heard({ selector: { weight: { $gt: 3 } } }),
    ];
  },
  attachments: async () => {
    const { rev } = await own.putAttachment('a', 'notes/one.txt', (await own.get('a'))._rev, Buffer.from('hello'), 'text/plain');
    const read = text(await own.getAttachment('a', 'notes/one.txt'));
    const stub = (await own.get('a'))._attachments['notes/one.txt'];
    const inline = (await own.get('a', { attachments: true }))._attachments['notes/one.txt'].data;
    const edited = await own.put({ ...await own.get('a'), edited: true });
    return [rev[0], read, stub.length, stub.revpos, inline, text(await own.getAttachment('a', 'notes/one.txt')), edited.ok];
  },
  find: async () => {
    const refused = await failure(own.find({ selector: { weight: { $gt: 0 } }, sort: ['weight'] }));
    const created = await own.createIndex({ index: { fields: ['weight'], ddoc: 'weights' } });
    const again = await own.createIndex({ index: { fields: ['weight'], ddoc: 'weights' } });
    const { docs } = await own.find({ selector: { weight: { $gt: 0 } }, sort: [{ weight: 'desc' }], fields: ['_id'] });
    const { indexes } = await own.getIndexes();
    return [refused.reason, created.result, again.result, docs.map(doc => doc._id), indexes.length];
  },
  replicateBetweenServers: async () => {
    const result = await PouchDB.replicate(own, copy);
    const again = await PouchDB.replicate(own, copy);
    const [ours, theirs] = await Promise.all([own, copy].map(db => db.allDocs()));
    const views = await Promise.all([own, copy].map(db => db.query('own/weights', { group_level: 1 })));
    return {
      ok: result.ok,
      failures: result.doc_write_failures,
      again: again.docs_written,
      sameDocuments: JSON.stringify(ours.rows) === JSON.stringify(theirs.rows),
      sameView: JSON.stringify(views[0].rows) === JSON.stringify(views[1].rows),
      attachment: text(await copy.getAttachment('a', 'notes/one.txt')),
      deleted: await failure(copy.get('c')),
    };
  },
  syncConflict: async () => {
    await own.put({ ...await own.get('b'), edited: 'here' });
    await copy.put({ ...await copy.get('b'), edited: 'there' });
    await PouchDB.sync(own, copy);
    const [ours, theirs] = await Promise.all([own, copy].map(db => db.get('b', { conflicts: true })));
    return { sameWinner: ours._rev === theirs._rev, conflicts: [ours._conflicts.length, theirs._conflicts.length] };
  },
  filteredReplication: async () => {
    const part = new PouchDB(`${elsewhere}/part`, { auth });
    await PouchDB.replicate(own, part, { selector: { name: 'Ann' } });
    return ids(await part.allDocs());
  },
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
